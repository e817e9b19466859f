"""What tells a company's name: legal forms and words of trade, and what tells that a line is something else."""

import re

from services.extractor.local.text import words

LEGAL_FORM = re.compile(
    r"(?<![^\W_])(?:SDN\.?\s*\.?BHD|S/B|\(?M\)?\s*BHD|BHD|BERHAD|GMBH(?:\s*&\s*CO\.?\s*KG)?|MBH|(?-i:UG|AG|KG|EK|eK|AB|OY|AS|SA|HB|KS|IVS)|OHG|E\.\s?K\.?|GBR|E\.V\.|"
    r"LTD|LIMITED|PVT\.?\s*LTD|PTE\.?\s*LTD|PLC|LLP|LLC|INC|CORP|CORPORATION|PTY|S\.?A\.?R\.?L|S\.?A\.?S\.?U?|S\.A\.|EURL|SCI|SNC|"
    r"S\.?R\.?L\.?S?|S\.?P\.?A|S\.?L\.?U?|S\.L\.|B\.?V|N\.?V|V\.?O\.?F|BVBA|LDA|LTDA|SPRL|APS|A/S|SP\.?\s*Z\s*O\.?\s*O|S\.?R\.?O|KFT|DOO|"
    r"GES\.?M\.?B\.?H|PLT)(?![^\W_])\.?",
    re.IGNORECASE,
)
SOLID_LEGAL_FORM = re.compile(r"SDN\.?\s?\.?BHD|GMBH", re.IGNORECASE)  # glued to the word before it by OCR
TAIL = re.compile(
    r"^\W*(?:SDN\.?\s*\.?\s*BHD|BHD|BERHAD|GMBH|PTE\.?\s*LTD|PVT\.?\s*LTD|LTD|LIMITED|INC|LLC|\(M\)\s*SDN|\(M\))",
    re.IGNORECASE,
)
TRADE = words(
    "ENTERPRISE ENTERPRISES TRADING RESTAURANT RESTORAN RESTAURANTS CAFE KAFE KOPITIAM MART MINIMARKET SUPERMARKET HYPERMARKET MARKET "
    "MARKETING STORE STORES SHOP HARDWARE STATIONERY STATIONER BOOKSTORES BOOKS BAKERY BAKERIES ELECTRICAL ELECTRONICS COMPANY "
    "CENTRE CENTER KITCHEN SYARIKAT PERNIAGAAN KEDAI STATION PETROL PHARMACY FARMASI CLINIC KLINIK GALLERY FLORIST "
    "GROCER GROCERY FOOD FOODS BISTRO HOTEL INDUSTRIES SERVICES SERVICE MOTOR AUTO WORKSHOP FASHION JEWELLERY OPTICAL SALON "
    "DENTAL HOLDINGS GROUP PASARAYA BORONG PRINTING DESIGN TRADE DISTRIBUTOR RESOURCES INTERNATIONAL MANAGEMENT "
    "SUPPLY SUPPLIES MACHINERY EXPRESS SOLUTIONS SYSTEMS HOSTING VERLAG BUCHHANDLUNG BACKEREI APOTHEKE MEDIA "
    "TECHNOLOGY TECHNOLOGIES CONSULTING STUDIO AIRLINES INTERIOR PIZZERIA BOULANGERIE PHARMACIE LIBRERIA COFFEE SEAFOOD "
    "DELIGHT CUISINE TELECOM COMMUNICATION COMMUNICATIONS PHOTO BEAUTY SPORTS TOYS CAKE VIDEO FURNITURE"
)
ENDING_TRADE = frozenset(
    words(
        "ENTERPRISE ENTERPRISES TRADING HARDWARE STATIONERY BAKERY BAKERIES ELECTRICAL STORES BOOKSTORES MARKETING CENTRE SUPERMARKET "
        "HOLDINGS INDUSTRIES SERVICES RESOURCES INTERNATIONAL GROUP MANAGEMENT SUPPLY RESTAURANTS"
    )
)  # seldom the first word of a whole name
NOT_A_NAME = words(
    "INVOICE RECEIPT RECHNUNG FACTURE FACTURA FATTURA FACTUUR QUITTUNG TAX GST CASHBILL BILL DATE DATUM TIME CASHIER TABLE "
    "TEL TELEFON TELEPHONE PHONE FAX HOTLINE EMAIL MAIL WWW HTTP REGNO COREG COMPANYREG ROC GSTID GSTNO VAT STEUERNR USTID "
    "WELCOME THANK CUSTOMER COPY ORDER DUPLICATE REPRINT OPERATOR COUNTER MEMBER CARD PAGE SEITE SHOPPING HOURS DOCNO BILLTO TICKET "
    "GOODS PLEASE RETURN REFUND FEEDBACK VOUCHER EXCHANGE SOLD COMEAGAIN SIMPLIFIED BRANCH OUTLET DESCRIPTION QTY AMOUNT ORIGINAL OFFICIAL"
)
REGISTRATION = re.compile(
    r"\s*[(\[{]?\s*(?:CO\.?\s*(?:REG)?\.?\s*(?:NO)?\.?\s*[:.]?\s*|REG\.?\s*NO\.?\s*[:.]?\s*|NO\.?\s*|ROC\s*(?:NO)?\.?\s*:?\s*)?"
    r"(?:\d[\d\s]{4,11}\s?[-\u2013·.]?\s?[A-Z]?|[A-Z]{1,3}\d{6,10}\s?-?\s?[A-Z]?|\d{12})\s*[)\]}]?\s*(?:\([^)]*\))?\s*$",
    re.IGNORECASE,
)

STATED_FORM = re.compile(
    r"(?<![^\W_])(S\.?A\.?R\.?L|S\.?A\.?S\.?U?|S\.?A|E\.?U\.?R\.?L|S\.?N\.?C|S\.?C\.?I)\.?(?:\s+unipersonnelle)?\s+au\s+capital",
    re.IGNORECASE,
)
OWNED_BY = ("OWNEDBY", "OPERATEDBY", "MANAGEDBY", "SOLDTO", "BILLTO", "DIMILIKI")
REGISTERED = re.compile(r"(?<![A-Z])(?:GST|SST|TEL|FAX|REG\.?\s?NO|INVOICE|BILL TO)", re.IGNORECASE)


def legal_form(text: str) -> bool:
    return bool(LEGAL_FORM.search(text) or SOLID_LEGAL_FORM.search(text))


def without_registration(text: str) -> str:
    """A name without the registration number behind it."""
    return REGISTRATION.sub("", text).strip(" ,;:|*·•-\u2013") if any(char.isdigit() for char in text) else text


def without_stated_form(name: str, text: str) -> str:
    """A French name without the legal form that the document states with the capital: Free SAS au capital de 1 000 €.

    There the form belongs to the notice the law asks for, not to the name.
    """
    stated = {match[1].replace(".", "").upper() for match in STATED_FORM.finditer(text)}
    head, _, tail = name.rpartition(" ")
    return head.rstrip(" ,-") if head and tail.replace(".", "").upper() in stated else name
