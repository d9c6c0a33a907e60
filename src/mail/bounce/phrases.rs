//! What servers and providers write when they could not deliver. A table: a family that is not yet
//! known is a line here. All folded (lower case, no accents).

use std::sync::LazyLock;

use super::super::finder::Finder;

/// [`SENTENCES`], found in one pass.
pub(super) static SENTENCE: LazyLock<Finder> = LazyLock::new(|| Finder::new(SENTENCES));
/// [`LEADS`], found in one pass.
pub(super) static LEAD: LazyLock<Finder> = LazyLock::new(|| Finder::new(LEADS));

/// Local parts of addresses that servers write from; at their beginning.
#[rustfmt::skip]
pub(super) const DAEMONS: &[&str] = &[
    "mailer-daemon", "mailerdaemon", "mail-daemon", "maildaemon", "mail.daemon", "mailer_daemon",
    "mdaemon", "postmaster", "post_master", "post.master", "double-bounce", "bounce", "mailadmin",
    "mail-admin", "microsoftexchange", "mail-delivery", "maildelivery", "mailsystem",
    "mail-system", "mmdf", "smtp-daemon", "daemon@", "uucp@", "internet-mail", "imail",
    "nondelivery", "non-delivery", "undeliverable", "mail_gateway", "mail-gateway", "mailgateway",
    "sysadmin@", "mailguard", "mxlogic", "messagelabs", "symantec_antivirus_for_smtp",
];

/// Names of such senders; at their beginning.
#[rustfmt::skip]
pub(super) const DAEMON_NAMES: &[&str] = &[
    "mail delivery", "mail deliver ", "mailer-daemon", "mailer daemon", "mail daemon",
    "postmaster", "system administrator", "mail administrator", "administrador del sistema",
    "microsoft outlook", "microsoft exchange", "internet mail delivery", "mail subsystem",
    "mail system", "mail-system", "mail transfer", "email delivery", "e-mail delivery",
    "delivery subsystem", "delivery failure", "subsistema de entrega", "sistema de correo",
    "sistema de entrega", "administrador de correo", "systemadministrator",
    "administrateur systeme", "administrador do sistema", "amministratore di sistema",
    "mail router", "smtp gateway", "returned mail", "bounced mail", "exchange server",
    "message transfer", "mail gateway", "groupwise", "interscan", "mailmarshal", "mimesweeper",
    "mail filter", "mail error", "mailer error",
];

/// Header fields that only delivery systems and list servers write into what they send back.
#[rustfmt::skip]
pub(super) const SERVER_FIELDS: &[&str] = &[
    "x-mlserver", "x-ms-embedded-report", "x-bounced-address", "x-postfix-queue-id",
    "x-amz-bounce-reason",
];

/// Beginnings of the subjects of reports.
#[rustfmt::skip]
pub(super) const SUBJECTS: &[&str] = &[
    // English
    "undeliver", "delivery status notification", "delivery failure", "delivery notification",
    "mail delivery fail", "mail delivery problem", "mail delivery error", "mail delivery status",
    "mail delivery notification", "mail delivery warning", "mail system error", "mail failed",
    "mail failure", "failed mail", "mail error", "message delivery", "failure notice",
    "failure delivery", "failed delivery", "failed to deliver", "returned mail", "return mail",
    "returned message", "returned to sender", "returned email", "returned e-mail",
    "mail could not be", "message could not be", "email could not be", "could not send",
    "could not deliver", "couldn't deliver", "cannot deliver", "can't deliver", "unable to deliver",
    "unable to send", "unable to relay", "not delivered", "message not delivered",
    "mail not delivered", "non delivery", "non-delivery", "nondeliver", "non-deliver",
    "delivery has failed", "delivery has been delayed", "delivery delayed", "delivery error",
    "delivery report", "delivery problem", "delivery delay", "delayed mail", "delayed delivery",
    "mail delayed", "message delayed", "warning: could not", "warning: message", "warning - ",
    "warning: delayed", "warning from", "message status - undeliverable", "message undeliverable",
    "mail undeliverable", "email undeliverable", "bounced mail", "bounced message", "bounce notif",
    "mail bounced", "message bounced", "undelivered", "rejected mail", "rejected message",
    "rejected:", "mail rejected", "message rejected", "email rejected", "your message was rejected",
    "notification: delivery", "automatic notification", "there was an error sending",
    "error sending", "problem delivering", "problems delivering", "problem with your mail",
    "email delivery fail", "e-mail delivery fail", "email delivery error", "email delivery status",
    "recipient unknown", "unknown recipient", "unknown user", "user unknown", "no such user",
    "invalid recipient", "invalid address", "mailbox full", "mailbox is full", "over quota",
    "quota exceeded", "address change", "mail loop", "mail routing", "your mail to",
    "smtp error", "nondelivery", "error notice", "error condition re:", "sendmail error",
    "message failure", "mail transport", "transport error", "gateway error", "waiting mail",
    "postmaster notify", "warning. mail delayed", "mail delivery delayed", "sorry, your message",
    "your message could not", "your email could not", "your message was not delivered",
    "недоставлен", "сообщение не доставлено", "письмо не доставлено",
    "reject mail", "not member article", "loop alert", "loop back warning", "security alert",
    "fml system error", "spam mail from a spammer", "mail refused", "refused mail",
    "considered unsolicited", "message you sent blocked",
    "**message you sent",
    "message blocked", "mail blocked", "blocked mail", "message refused", "mail loop detected",
    "message not sent", "not sent:", "failed:", "failure:", "error processing", "bounce action",
    // Spanish
    "no se puede entregar", "no se pudo entregar", "no se ha podido entregar", "no entregado",
    "no entregada", "correo no entregado", "correo no entregable", "mensaje no entregado",
    "mensaje no entregable", "mensaje devuelto", "correo devuelto", "error de entrega",
    "error en la entrega", "error al entregar", "error al enviar", "fallo de entrega",
    "fallo en la entrega", "entrega fallida", "notificacion de estado de entrega",
    "notificacion de no entrega", "notificacion de error de entrega", "informe de no entrega",
    "aviso de no entrega", "aviso de entrega", "devuelto", "devolucion de correo",
    "estado de la entrega", "retraso en la entrega", "entrega retrasada", "no se entrego",
    // Portuguese, French, German, Italian, Catalan, Dutch
    "nao entregue", "nao foi possivel entregar", "mensagem nao entregue", "falha na entrega",
    "falha de entrega", "nao e possivel entregar", "notificacao de status de entrega",
    "notificacao de estado da entrega", "devolvido", "notification d'etat de remise",
    "notification de non", "notification d'echec", "notification d'", "echec de la remise",
    "echec de remise", "echec de distribution", "echec de livraison", "non remis", "non remise",
    "non distribue", "message non delivre", "courrier non distribue", "remise impossible",
    "unzustellbar", "nicht zustellbar", "nicht zugestellt", "zustellung fehlgeschlagen",
    "fehler bei der zustellung", "fehlgeschlagene zustellung", "benachrichtigung zum ubermittl",
    "benachrichtigung uber den zustell", "mail konnte nicht", "nachricht konnte nicht",
    "zustellungsbenachrichtigung", "impossibile recapitare", "mancato recapito",
    "recapito non riuscito", "notifica di mancato", "notifica sullo stato", "non recapitabile",
    "messaggio non recapit",
    "messaggio non consegn", "consegna non riuscita", "errore di consegna", "mancata consegna",
    "no es pot lliurar", "onbestelbaar", "niet te bestellen",
    // Japanese: "mail error notice", "could not be sent", "delivery error"
    "メールエラー", "エラーメール", "送信エラー", "配信エラー", "配送エラー", "未配達", "配信不能",
    "メッセージを配信できません", "メール配信に失敗", "宛先不明", "メール送信エラー", "メールの配信に失敗",
];

/// Within the subject of a report, after that of the mail that came back.
#[rustfmt::skip]
pub(super) const SUBJECTS_WITHIN: &[&str] = &[
    "delivery failed", "delivery failure", "(delivery", "undeliverable", "non remis",
    "non-delivery", "could not be delivered", "not delivered", "mail delivery", "failure notice",
    "returned to sender", "user unknown", "unzustellbar", "delivery error",
];

/// Sentences of such texts.
#[rustfmt::skip]
pub(super) const SENTENCES: &[&str] = &[
    // what happened
    "could not be delivered", "could not deliver", "couldn't be delivered", "couldn't deliver",
    "could not be sent", "was not delivered", "wasn't delivered", "not been delivered",
    "not be delivered", "has not been delivered", "cannot be delivered", "can not be delivered",
    "can't be delivered", "unable to deliver", "undeliverable", "undelivered", "not deliverable",
    "delivery failed", "delivery has failed", "delivery to the following", "delivery to recipient",
    "delivery failure", "delivery problem", "delivery error", "delivery attempt", "deliver mail to",
    "error delivering", "trouble delivering", "problem delivering", "attempting to deliver",
    "attempted to deliver", "failed to deliver", "failed to be delivered", "did not reach",
    "returned mail", "being returned", "returning your", "has been returned", "is returned",
    "returned to you", "returned to sender", "returned undelivered", "bounced",
    "giving up on it", "i've given up", "i'm afraid i wasn't able", "i wasn't able to deliver",
    "failed recipient", "failed addresses", "no valid recipients", "could not be reached",
    "could not be found", "couldn't be found", "wasn't found", "was not found at",
    "had permanent", "had delivery", "had transient", "permanent fatal errors", "permanent error",
    "fatal error", "transcript of session", "permanent failure", "temporary failure",
    "smtp error from", "remote host said", "non-delivery", "nondelivery", "dead letter",
    "rejected recipient", "message rejected", "mail rejected", "message was rejected",
    "has been rejected", "was rejected by", "were rejected by", "rejected by", "has been blocked",
    "message blocked", "refused to accept", "not accepted", "error occurred while",
    "incorrectly constructed", "failure reasons", "unsent message", "failed permanently",
    "requested action not taken", "mail system", "delivery subsystem",
    // about whom
    "following address", "following recipient", "following destination", "following user",
    "each of the following", "user unknown", "unknown user", "no such user", "not a valid user",
    "invalid user", "invalid recipient", "unknown recipient", "recipient unknown", "no such",
    "user does not exist", "does not exist", "doesn't exist", "may not exist", "no longer exist",
    "no mailbox", "mailbox unavailable", "mailbox full", "mailbox is full", "full mailbox",
    "exceeds allowed size", "over quota", "quota exceeded", "exceeded storage", "disk quota",
    "account is disabled", "account has been disabled", "account is inactive", "not listed in",
    "considered unsolicited", "unsolicited bulk", "blocked by our", "contained a virus",
    "no longer valid", "isn't valid", "address is not valid", "bad address", "invalid address",
    "user not found", "recipient not found", "recipient name is not recognized", "address rejected",
    "not our customer", "addressee unknown", "unrouteable address", "host unknown",
    "host not found", "not known here", "not a member of", "are not member", "failed addresses",
    "doesn't have a", "does not have an account", "could not find a gateway", "mail loop",
    "loop detected", "too many hops", "maximum hop count", "invalid final delivery",
    "has been suspended", "currently unavailable", "not currently accepting", "not accepting mail",
    "not be be delivered", "was automatically rejected", "processed by the mail server",
    "не может быть доставлено", "не было доставлено", "не удалось доставить",
    "did not receive this", "fail to deliver", "failed to reach", "cannot be reached",
    "could not reach", "kon niet worden", "non puo essere", "is undeliverable", "returned error",
    "delivery aborted", "gave up", "given up", "no longer accept", "no longer accepting",
    "will not be delivered", "was blocked", "was refused", "were not delivered", "not deliver your",
    // delays
    "delayed", "not yet been delivered", "will continue to be", "will keep trying",
    "still being retried", "will be retried", "yet to be delivered", "still trying",
    "delivery is still", "remained undelivered", "do not need to resend",
    // Spanish
    "no se pudo entregar", "no se ha podido entregar", "no ha podido ser entregado",
    "no ha podido entregarse", "no pudo ser entregado", "no pudo entregarse",
    "no se puede entregar",
    "no fue entregado", "no se entrego", "no ha sido entregado", "imposible entregar",
    "no se encontro", "no encontrado", "buzon lleno", "buzon esta lleno", "casilla llena",
    "casilla esta llena", "cuota excedida", "excedio su cuota", "usuario desconocido",
    "usuario no existe", "destinatario desconocido", "direccion no existe", "casilla no existe",
    "cuenta no existe", "error al entregar", "error de entrega", "no se pudo enviar",
    "no llego a", "ha sido devuelto", "fue devuelto", "fue rechazado por el servidor",
    // Portuguese, French, German, Italian, Dutch
    "nao pode ser entregue", "nao foi entregue", "nao foi possivel entregar", "falha na entrega",
    "caixa postal cheia", "usuario desconhecido", "caixa de correio cheia",
    "n'a pas pu etre", "n'ont pas pu etre", "n'a pas ete remis", "echec de la remise",
    "impossible de remettre", "boite pleine", "utilisateur inconnu", "destinataire inconnu",
    "konnte nicht an", "konnte an folgende", "nicht erreicht werden", "konnte nicht zugestellt",
    "nicht zugestellt werden", "nicht zustellbar", "unzustellbar",
    "fehler bei der", "empfanger unbekannt", "postfach voll", "unbekannter empfanger",
    "recapito non e riuscito", "impossibile recapitare", "non e stato recapitato",
    "non e stato possibile recapitare",
    "non recapitabile", "casella piena", "utente sconosciuto", "destinatario sconosciuto",
    "niet worden afgeleverd", "onbestelbaar",
    // Japanese: could not send, could not deliver, address unknown
    "送信できませんでした", "配信できませんでした", "配送できませんでした", "届けることができません",
    "お届けできませんでした", "見つかりませんでした", "宛先不明",
];

/// Words after which the address stands that could not be reached.
#[rustfmt::skip]
pub(super) const LEADS: &[&str] = &[
    "final-recipient", "original-recipient", "x-actual-recipient", "failed-recipient",
    "failed recipient", "rejected recipient", "recipient address", "recipient:", "recipient(s):",
    "recipients:", "recipient is", "recipient was", "recipients returned permanent errors",
    "recipient =", "rcpt to", "rcpt:", "rcpt=", "rcpt_to", "to address", "mail to", "email to",
    "message to", "messages to", "delivered to", "deliver to", "deliver it to", "delivery to",
    "deliverable to", "sent to", "send to", "sent mail to", "delivering to", "rejected for",
    "unknown user", "user unknown", "no such user", "unknown recipient", "invalid recipient",
    "unknown host", "invalid final delivery userid", "mailing list", "a gateway for",
    "no account for", "no mailbox for", "unknown address", "bad address", "invalid address",
    "addressee", "address:", "addresses:",
    "address is", "mailbox:", "mailbox for", "mailbox of", "user:", "username:", "account:",
    "account for", "account of", "undelivered to", "failed for", "failed:", "failed to",
    "attempts:", "exceeds allowed size:", "unreachable for", "for user", "for recipient",
    "mail for", "message for", "addressed to", "undeliverable for", "intended for", "reach",
    "for <", "the user", "the address", "the mailbox", "the account", "the email address",
    "the e-mail address", "the recipient", "contact (", "tried to contact", "group you tried",
    "destinatario:", "destinatario(s):", "destinatarios:", "entregar a", "entregado a",
    "entregar el mensaje a", "enviado a", "enviar a", "mensaje a", "correo a", "direccion:",
    "direccion de correo", "la direccion", "la cuenta", "la casilla", "el usuario", "usuario:",
    "delivre a", "remis a", "destinataire", "empfanger", "adresse", "indirizzo", "entregue a",
    "destinatari", "endereco", "宛先:", "宛先：", "収件人", "送信先",
];

/// Words that stand before an address of somebody else.
#[rustfmt::skip]
pub(super) const NOT_RECIPIENT: &[&str] = &[
    "generated from", "expanded from", "forwarded from", "from:", "mail from", "mail_from",
    "envelope-from", "return-path", "reply-to", "sender:", "sender address", "originator",
    "please contact", "contact the", "contact your", "contact our", "contact us", "contact:",
    "assistance", "help desk", "helpdesk", "questions", "write to", "mail to postmaster",
    "message-id", "references:", "in-reply-to", "messageid", "original sender", "reporting-mta",
    "report this", "abuse", "consultas", "escriba a", "comuniquese con", "contacte", "received:",
    "resent-from", "x-mailer", "errors-to", "you are not allowed", "mts-id",
];

/// Beginnings of lines after which the mail that came back follows.
#[rustfmt::skip]
pub(super) const RETURNED: &[&str] = &[
    "below this line", "this is a copy of", "a copy of the", "copy of your message",
    "unsent message", "your original message", "message header", "the original message follow",
    "the original message is", "the header of the original", "the headers of the original",
    "original message", "original mail info", "mensaje original", "encabezado", "returned message",
    "returned mail follow", "message follows", "headers of", "header of the", "undelivered message",
    "original headers", "original message headers", "included is a copy", "enclosed is a copy",
    "the following is a copy", "text of message", "message text follows", "message contents",
    "the unsent message follows", "failed message follows", "message is attached",
    "original mail as follows", "the text you sent follows", "start of returned message",
    "cuerpo del mensaje",
    "ursprungliche nachricht", "message original", "messaggio originale", "mensagem original",
    "original-nachricht", "begin message", "first lines of", "copy of message",
];

/// Fields with which a returned header begins or that it holds; a From or Subject alone is also
/// how some servers say which mail they speak of.
#[rustfmt::skip]
pub(super) const RETURNED_FIELDS: &[&str] = &[
    "received: ", "return-path: ", "dkim-signature: ", "x-received: ", "message-id: ",
    "mime-version: ", "delivered-to: ", "content-type: ", "x-mailer: ", "domainkey-signature: ",
    "x-original-to: ",
];
