#!/usr/bin/env python3
"""Makes the documents that the demo's people attach. They are kept beside this script, so nobody
needs to run it: it says how they were made. Needs reportlab, openpyxl, python-docx, LibreOffice.
All people, organisations, RUTs and project numbers are invented."""

import pathlib
import subprocess
import tempfile

import docx
import openpyxl
from openpyxl.styles import Font, PatternFill
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

HERE = pathlib.Path(__file__).parent
TO = ("Departamento de Gestión de Proyectos Informáticos y Procesos, "
      "División de Promoción y Protección Social")


def memorandum_214():
    """PDF by reportlab, its data in a table."""
    style = getSampleStyleSheet()
    rows = [
        ("Nombre y año de la convocatoria", "Habitabilidad Regular 2026"),
        ("Nombre del ejecutor", "I. Municipalidad de Río Sereno"),
        ("Número de proyecto", "14-120345-00021-26"),
        ("Número de la modificación presupuestaria", "3"),
        ("Fecha que se debe cambiar", "05-08-2026"),
        ("Fecha que la reemplaza", "19-08-2026"),
        ("Motivos", "El decreto alcaldicio se tramitó dos semanas después de la fecha registrada."),
    ]
    cells = [[Paragraph(a, style["Normal"]), Paragraph(b, style["Normal"])] for a, b in rows]
    table = Table(cells, colWidths=[190, 270], style=[("GRID", (0, 0), (-1, -1), 0.5, "black")])
    head = [
        "<b>MEMORÁNDUM N° 214</b>",
        "SANTIAGO, 5 de octubre de 2026",
        f"A: {TO}",
        "DE: Paulina Errázuriz Soto, Encargada Nacional, Programa Habitabilidad",
        "MAT.: Solicita cambio de fecha de modificación presupuestaria",
    ]
    story = [Paragraph(line, style["Normal"]) for line in head]
    story.append(Spacer(1, 12))
    story.append(Paragraph(
        "Junto con saludar, solicito cambiar la fecha de la modificación presupuestaria que se "
        "indica, registrada en SIGEC:", style["Normal"]))
    story += [Spacer(1, 12), table, Spacer(1, 24)]
    story.append(Paragraph("Saluda atentamente,<br/>Paulina Errázuriz Soto", style["Normal"]))
    SimpleDocTemplate(str(HERE / "memorandum-214.pdf"), pagesize=LETTER, invariant=True,
                      title="Memorándum N° 214").build(story)


def written(lines, rows=()):
    """A letter of paragraphs, with a table at its end if there are rows."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        table = document.add_table(rows=0, cols=2, style="Table Grid")
        for label, value in rows:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = label, value
    return document


def through_libreoffice(document, name, kind):
    """Saved by LibreOffice, as offices save them."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "in" / f"{name}.docx"
        source.parent.mkdir()
        document.save(source)
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE),
                        str(source)], check=True, capture_output=True)


def memorandum_31():
    """DOCX; the project's number is missing."""
    document = written([
        "MEMORÁNDUM N° 31",
        "LA SERENA, 2 de octubre de 2026",
        f"A: {TO}",
        "DE: Carolina Carrasco Valdebenito, Supervisora, SEREMI Coquimbo",
        "MAT.: Solicita desaprobación de rendición",
        "",
        "Solicito desaprobar la rendición que se individualiza, para que el ejecutor la corrija:",
        "Programa: Programa Familias",
        "Tipo de convenio: estándar",
        "Región: Coquimbo",
        "Nombre del ejecutor: I. Municipalidad de Quebrada Honda",
        "Rendición: agosto de 2026",
        "Motivos: se rindió dos veces la misma boleta de honorarios.",
        "",
        "Saluda atentamente,",
        "Carolina Carrasco Valdebenito",
    ])
    through_libreoffice(document, "memorandum-31", "docx:MS Word 2007 XML")


def users_of_fosis():
    """XLSX by openpyxl: two people."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Formulario"
    sheet["A1"] = "FORMULARIO DE CREACIÓN DE CLAVES / ORGANIZACIONES"
    sheet["A1"].font = Font(bold=True)
    sheet["A3"], sheet["B3"] = "Organización", "FOSIS Valparaíso"
    sheet["A4"], sheet["B4"] = "Región", "Valparaíso"
    rows = [
        ("Nombre completo", "RUT", "Correo electrónico", "Perfil solicitado"),
        ("Hernán Salfate Bruna", "13.456.789-9", "hsalfate@fosis.example", "Supervisor"),
        ("Ximena Cabello Troncoso", "16.201.337-8", "xcabello@fosis.example", "Supervisor"),
    ]
    for at, row in enumerate(rows, start=6):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(row=at, column=column, value=value)
            if at == 6:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", fgColor="DDE6F0")
    for column, width in zip("ABCD", (28, 18, 30, 20)):
        sheet.column_dimensions[column].width = width
    book.save(HERE / "formulario-claves-fosis.xlsx")


def users_of_a_municipality():
    """PDF by LibreOffice: one person."""
    document = written(["FORMULARIO DE CREACIÓN DE CLAVES", "Usuario ejecutor"], [
        ("Organización", "I. Municipalidad de Quebrada Honda"),
        ("Región", "Coquimbo"),
        ("Nombre completo", "Marisol Tabilo Araos"),
        ("RUT", "17.004.256-5"),
        ("Correo electrónico", "mtabilo@quebradahonda.example"),
        ("Perfil solicitado", "Ejecutor"),
    ])
    through_libreoffice(document, "formulario-claves", "pdf")


def new_organisation():
    """DOCX form with a table."""
    document = written(["FORMULARIO DE CREACIÓN DE ORGANIZACIONES"], [
        ("Nombre o razón social", "Fundación Manos del Sur"),
        ("RUT de la organización", "65.123.987-7"),
        ("Región", "Biobío"),
        ("Comuna", "Tomé"),
        ("Dirección", "Los Aromos 120, oficina 3"),
        ("Persona de contacto", "Jaime Rivas Colipí, jrivas@manosdelsur.example"),
    ])
    through_libreoffice(document, "formulario-organizacion", "docx:MS Word 2007 XML")


def memorandum_77():
    """PDF by LibreOffice: a national agreement."""
    document = written([
        "MEMORÁNDUM N° 77",
        "SANTIAGO, 8 de octubre de 2026",
        f"A: {TO}",
        "DE: Norma Leiva Meneses, Supervisora, SEREMI Metropolitana",
        "MAT.: Solicita desaprobación de rendición de convenio nacional",
        "",
        "Se solicita desaprobar la siguiente rendición:",
    ], [
        ("Programa", "Programa Noche Digna"),
        ("Tipo de convenio", "nacional"),
        ("Nombre del ejecutor", "ONG Techo Amigo"),
        ("Número de proyecto", "13-998001-00004-26"),
        ("Rendición", "julio de 2026"),
        ("Motivos", "El saldo final no coincide con la cartola bancaria."),
    ])
    through_libreoffice(document, "memorandum-77", "pdf")


if __name__ == "__main__":
    memorandum_214()
    memorandum_31()
    users_of_fosis()
    users_of_a_municipality()
    new_organisation()
    memorandum_77()
