#!/usr/bin/env python3
"""Makes the documents of this folder: see README.md. People and organisations are invented."""

import datetime
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.styles import Border, Side
from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY
from reportlab.lib.pagesizes import letter
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

HERE = Path(__file__).parent
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

HEADER = [
    ("DE", "Teresa Aliaga Montt, Encargada Nacional Programa Puentes"),
    ("A", "Departamento de Gestión de Proyectos Informáticos y Procesos"),
    ("ANT.", "Resolución Exenta N° 1.204 de 2026"),
    ("MAT.", "Solicita cambio de fecha de la modificación presupuestaria que indica, por las razones que se exponen"),
]
BODY = (
    "Junto con saludar, y conforme a lo establecido en el procedimiento vigente, solicito a usted "
    "cambiar la fecha de la modificación presupuestaria N° 3 del proyecto N° 05-118822-00014-26, "
    "cuyo ejecutor es la Ilustre Municipalidad de Quebrada Honda, Región de Valparaíso."
)
TABLE = [
    ["Convocatoria", "Año", "Ejecutor", "N° de proyecto", "Fecha actual", "Fecha nueva"],
    ["Puentes Comunitarios Segundo Llamado", "2026", "Ilustre Municipalidad de Quebrada Honda",
     "05-118822-00014-26", "12 de octubre de 2026", "30 de octubre de 2026"],
]
REASONS = "Motivos: la resolución que aprueba la modificación fue tramitada totalmente el 30 de octubre."

FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0">
 <office:automatic-styles>
  <style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000" fo:padding="0.08cm"/></style:style>
  <style:style style:name="Col" style:family="table-column"><style:table-column-properties style:column-width="2.8cm"/></style:style>
  <style:style style:name="Tab" style:family="paragraph"><style:paragraph-properties><style:tab-stops><style:tab-stop style:position="3cm"/></style:tab-stops></style:paragraph-properties></style:style>
  <style:style style:name="Just" style:family="paragraph"><style:paragraph-properties fo:text-align="justify"/></style:style>
  <style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
  <style:style style:name="Frame" style:family="graphic"><style:graphic-properties style:wrap="none" style:vertical-pos="from-top" style:vertical-rel="paragraph" style:horizontal-pos="from-left" style:horizontal-rel="paragraph"/></style:style>
  <style:page-layout style:name="Page"><style:page-layout-properties fo:page-width="21.59cm" fo:page-height="27.94cm" fo:margin="2cm"/><style:header-style/><style:footer-style/></style:page-layout>
 </office:automatic-styles>
 <office:master-styles>
  <style:master-page style:name="Standard" style:page-layout-name="Page">
   <style:header><text:p>SUBSECRETARÍA DE PUENTES</text:p></style:header>
   <style:footer><text:p>Página <text:page-number>1</text:page-number></text:p></style:footer>
  </style:master-page>
 </office:master-styles>
 <office:body><office:text>
  <text:h>MEMORÁNDUM N° 87/2026</text:h>
  HEADER
  <text:p text:style-name="Just">BODY</text:p>
  <table:table table:name="T"><table:table-column table:style-name="Col" table:number-columns-repeated="6"/>TABLE
   <table:table-row><table:table-cell table:style-name="Cell" table:number-columns-spanned="6"><text:p>Total: una modificación</text:p></table:table-cell><table:covered-table-cell/><table:covered-table-cell/><table:covered-table-cell/><table:covered-table-cell/><table:covered-table-cell/></table:table-row>
  </table:table>
  <text:p>REASONS</text:p>
  <text:list><text:list-item><text:p>Primera copia: <text:span text:style-name="Bold">archivo</text:span> regional</text:p></text:list-item><text:list-item><text:p>Segunda copia:<text:s/>oficina de partes</text:p></text:list-item></text:list>
  <text:p>Con timbre<draw:frame draw:style-name="Frame" text:anchor-type="paragraph" svg:x="1cm" svg:y="1cm" svg:width="7cm" svg:height="1.2cm"><draw:text-box><text:p>OFICINA DE PARTES 05 NOV 2026</text:p></draw:text-box></draw:frame></text:p>
  <text:p>Teresa Aliaga Montt<text:line-break/>Encargada Nacional</text:p>
 </office:text></office:body>
</office:document>
"""


def writer(work: Path) -> None:
    header = "".join(
        f'<text:p text:style-name="Tab">{label}<text:tab/>: {value}</text:p>' for label, value in HEADER
    )
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell table:style-name="Cell"><text:p>{cell}</text:p></table:table-cell>' for cell in row)
        + "</table:table-row>"
        for row in TABLE
    )
    source = FODT.replace("HEADER", header).replace("BODY", BODY).replace("TABLE", rows).replace("REASONS", REASONS)
    (work / "memo-writer.fodt").write_text(source)
    for kind in ("odt", "docx", "pdf", "doc", "rtf"):
        convert(work / "memo-writer.fodt", kind)


def convert(source: Path, kind: str) -> None:
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{source.parent}/profile",
         "--convert-to", kind, "--outdir", str(HERE), str(source)],
        check=True, stdout=subprocess.DEVNULL,
    )


def reportlab(name: str, font: str) -> None:
    plain = ParagraphStyle("plain", fontName=font, fontSize=10, leading=14, alignment=TA_JUSTIFY)
    small = ParagraphStyle("small", fontName=font, fontSize=8, leading=10)
    header = Table([[label, f": {value}"] for label, value in HEADER[:3]], colWidths=[60, 400], hAlign="LEFT")
    header.setStyle([("FONT", (0, 0), (-1, -1), font, 10)])
    table = Table([[Paragraph(cell, small) for cell in row] for row in TABLE], colWidths=[85, 35, 95, 100, 75, 75])
    table.setStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    plain_table = Table(
        [["Programa", "Puentes", "2026"], ["Región", "Valparaíso", "V"], ["Comuna", "Quebrada Honda", "502"]],
        colWidths=[120, 150, 60], hAlign="LEFT",
    )
    plain_table.setStyle([("FONT", (0, 0), (-1, -1), font, 10)])
    document = SimpleDocTemplate(str(HERE / name), pagesize=letter, invariant=1)
    document.build([
        Paragraph("MEMORÁNDUM N° 87/2026", plain), Spacer(1, 12), header, Spacer(1, 12),
        Paragraph(BODY, plain), Spacer(1, 12), table, Spacer(1, 12), Paragraph(REASONS, plain),
        Spacer(1, 12), plain_table,
    ])


def canvases() -> None:
    form = Canvas(str(HERE / "form.pdf"), pagesize=letter, invariant=1)
    form.drawString(72, 720, "FORMULARIO DE CREACIÓN DE CLAVES")
    for y, label, value in ((680, "Nombre:", "Ana Belén Soto Rivas"), (650, "RUT:", "12.345.678-5")):
        form.drawString(72, y, label)
        form.acroForm.textfield(name=label, value=value, x=150, y=y - 5, width=250, height=20, fontSize=10)
    form.save()

    scan = Canvas(str(HERE / "scan.pdf"), pagesize=letter, invariant=1)
    from PIL import Image, ImageDraw
    image = Image.new("1", (600, 800), 1)
    ImageDraw.Draw(image).text((60, 60), "MEMORANDUM 12")
    scan.drawInlineImage(image, 0, 0, 612, 792)
    scan.save()

    sideways = Canvas(str(HERE / "sideways.pdf"), pagesize=letter, invariant=1)
    sideways.setPageRotation(90)
    sideways.rotate(90)
    for index, line in enumerate(["MEMORÁNDUM N° 5", "DE: Jefa de Gabinete", "A: Oficina de Partes"]):
        sideways.drawString(72, -100 - 20 * index, line)
    sideways.rotate(-90)
    # A stamp across the page, on its side.
    sideways.drawString(200, 300, "COPIA FIEL")
    sideways.save()

    header = Canvas(str(HERE / "two-sides.pdf"), pagesize=letter, invariant=1)
    header.setFont("Helvetica-Bold", 10)
    for y, left, right in (
        (720, "MINISTERIO DE PUENTES", "MEMORÁNDUM N° 31"),
        (706, "Unidad de Finanzas", "ANT. : Programa Puentes 2026"),
        (692, "", "MAT. : Desaprobación de rendición que se señala más"),
        (678, "", "abajo en este documento"),
    ):
        header.drawString(72, y, left)
        header.drawString(330, y, right)
    # Drawn twice to look bold, and from right to left.
    header.setFont("Times-Roman", 11)
    for x, word in ((300, "adelante."), (200, "siguiente"), (72, "Proyecto N° 7:")):
        header.drawString(x, 640, word)
        header.drawString(x + 0.3, 640, word)
    header.save()


def sheets(work: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Formulario"
    thin = Side(style="thin")
    sheet["A1"] = "FORMULARIO DE CREACIÓN DE CLAVES"
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["B3"] = "Región", "Ñuble"
    sheet["A4"], sheet["B4"] = "Fecha", datetime.date(2026, 10, 12)
    sheet["A5"], sheet["B5"] = "Cierre", datetime.datetime(2026, 10, 12, 15, 30)
    sheet["A6"], sheet["B6"] = "Hora", datetime.time(8, 5)
    sheet["A7"], sheet["B7"] = "Personas", 2
    sheet["A8"], sheet["B8"] = "Monto", 1234567.5
    sheet["A9"], sheet["B9"] = "Nuevo", True
    for column, text in enumerate(["Nombre", "RUT", "DV", "Correo"], start=1):
        sheet.cell(11, column, text).border = Border(bottom=thin)
    for row, person in enumerate(
        [["Ana Belén Soto Rivas", 12345678, 5, "asoto@puentes.example"],
         ["Íñigo Peña\nArancibia", 9876543, 3, "ipena@puentes.example"]], start=12):
        for column, value in enumerate(person, start=1):
            sheet.cell(row, column, value)
    hidden = book.create_sheet("Listas")
    hidden["A1"] = "OCULTO"
    hidden.sheet_state = "hidden"
    notes = book.create_sheet("Notas")
    notes["C5"] = "Enviar a la mesa de ayuda"
    book.save(HERE / "form.xlsx")
    for kind in ("ods", "xls"):
        convert(HERE / "form.xlsx", kind)


def locked() -> None:
    source = str(HERE / "two-sides.pdf")
    for name, user in (("locked-user.pdf", "secreta"), ("locked-owner.pdf", "")):
        subprocess.run(["qpdf", "--static-id", "--static-aes-iv", "--encrypt", user, "otra", "256", "--", source, str(HERE / name)], check=True)
    subprocess.run(["qpdf", "--static-id", "--allow-weak-crypto", "--encrypt", "", "otra", "40", "--", source, str(HERE / "locked-owner-rc4.pdf")], check=True)


def spilling() -> None:
    """Words too long for their cell, a form used as one drawing, letters that are spaced out."""
    canvas = Canvas(str(HERE / "spilling.pdf"), pagesize=letter, invariant=1)
    canvas.beginForm("project")
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, "Proyecto: 07-123456-00010-26")
    canvas.endForm()
    canvas.doForm("project")
    text = canvas.beginText(72, 680)
    text.setFont("Helvetica", 11)
    text.setCharSpace(2)
    text.textOut("ESPACIADO:")
    canvas.drawText(text)
    rows = [("Programa", "Puentes"), ("Fecha que hoy muestra el sistema", "04-05-2026")]
    table = Table(rows, colWidths=[120, 200], style=[("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
    table.wrapOn(canvas, 400, 400)
    table.drawOn(canvas, 72, 600)
    canvas.save()


def browser() -> None:
    """`browser.html` printed by Chromium: cells centred in height, two columns, ligatures."""
    command = ["chromium", "--headless", "--no-sandbox", "--no-pdf-header-footer"]
    target = f"--print-to-pdf={HERE / 'browser.pdf'}"
    subprocess.run([*command, target, str(HERE / "browser.html")], check=True)


def main() -> None:
    pdfmetrics.registerFont(TTFont("DejaVu", DEJAVU))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        writer(work)
        sheets(work)
    reportlab("memo-standard-font.pdf", "Helvetica")
    reportlab("memo-embedded-font.pdf", "DejaVu")
    canvases()
    locked()
    spilling()
    browser()


if __name__ == "__main__":
    sys.exit(main())
