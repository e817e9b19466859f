"""Invented documents of every type, in several languages, as their first lines would be recognised."""

DOCUMENTS: dict[str, list[str]] = {
    "invoice": [
        "Northwind Paper Ltd|INVOICE|Invoice no: 2026-114|Invoice date: 3 March 2026|Bill to: Harbour Books|"
        "Paper A4 10 4.00 40.00|Total 40.00|Payment terms: 30 days|IBAN GB00 0000",
        "Muster Druck GmbH|RECHNUNG|Rechnungsnummer 77-12|Rechnungsdatum 03.03.2026|Kundennummer 9|Papier 40,00|"
        "MwSt 19 % 7,60|Gesamtbetrag 47,60|Zahlbar bis 17.03.2026",
        "Papeterie du Lac|FACTURE No 2026-9|Date de facture: 03/03/2026|Papier 40,00|TVA 20 % 8,00|Total TTC 48,00|"
        "Net à payer 48,00|Échéance 02/04/2026",
        "Papelería Sol SL|FACTURA 2026/9|Base imponible 40,00|IVA 21 % 8,40|Fecha de vencimiento 02/04/2026",
        "Cartoleria Luna Srl|FATTURA n. 9|Partita IVA 000|Imponibile 40,00|IVA 22 % 8,80",
        "Papier BV|FACTUUR|Factuurnummer 9|Vervaldatum 02-04-2026|BTW-nummer NL00|Totaal 48,40",
        "Papelaria Mar Lda|FATURA 9|Data de vencimento 02/04/2026|Total 48,40",
        "Kertas Jaya|INVOIS|Invoice No 9|Total 48.40",
    ],
    "receipt": [
        "CORNER CAFE|1 High Street|03/03/2026 09:14|Coffee 3.20|Cake 4.00|TOTAL 7.20|CASH 10.00|CHANGE 2.80|THANK YOU|"
        "PLEASE COME AGAIN",
        "Backstube Nord|03.03.2026 09:14|Brot 3,20|Summe 3,20|Gegeben bar 5,00|Rückgeld 1,80|Es bediente Sie: Anna|"
        "Vielen Dank für Ihren Einkauf",
        "Boulangerie|TICKET DE CAISSE|03/03/2026 09:14|Pain 3,20|Espèces 5,00|Rendu 1,80|Merci de votre visite",
        "Cafetería|FACTURA SIMPLIFICADA|03/03/2026 09:14|Café 1,20|Efectivo 2,00|Cambio 0,80|Gracias por su compra",
        "Bar Luna|DOCUMENTO COMMERCIALE|03/03/2026 09:14|Caffè 1,20|Contante 2,00|Resto 0,80|Grazie e arrivederci",
        "Bakker|KASSABON|03-03-2026 09:14|Brood 3,20|Contant 5,00|Wisselgeld 1,80|Bedankt en tot ziens",
        "Padaria|TALÃO|03/03/2026 09:14|Pão 1,20|Dinheiro 2,00|Troco 0,80|Obrigado pela visita",
        "KEDAI KOPI|RESIT|03/03/2026 09:14|Kopi 3.20|TUNAI 5.00|BAKI 1.80|TERIMA KASIH|SILA DATANG LAGI",
    ],
    "purchase_order": [
        "PURCHASE ORDER|PO number 4711|Order date 3 March 2026|Supplier: Northwind|Ship to: Harbour Books|Paper 10 40.00",
        "BESTELLSCHEIN|Bestellnummer 4711|Lieferant Muster|Liefertermin 20.03.2026|Wir bestellen:|Papier 10 40,00",
        "BON DE COMMANDE|Numéro de commande 4711|Fournisseur Papeterie|Date de livraison 20/03/2026",
        "ORDEN DE COMPRA|Proveedor Papelería|Fecha de entrega 20/03/2026|Papel 40,00",
        "PESANAN BELIAN|Pembekal Kertas Jaya|Kertas 40.00",
    ],
    "bank_statement": [
        "Harbour Bank|ACCOUNT STATEMENT|Statement period 1 to 31 March|Opening balance 10.00|02.03.2026 Rent -5.00|"
        "03.03.2026 Pay 9.00|04.03.2026 Food -1.00|05.03.2026 Bus -1.00|06.03.2026 Gas -1.00|Closing balance 11.00",
        "Hafenbank|KONTOAUSZUG|Alter Kontostand 10,00|Buchungstag Wertstellung|02.03. Miete -5,00|Neuer Kontostand 5,00",
        "Banque du Port|RELEVÉ DE COMPTE|Ancien solde 10,00|Nouveau solde 5,00|Date valeur",
        "Banco Puerto|EXTRACTO BANCARIO|Saldo anterior 10,00|Saldo final 5,00|Fecha valor",
        "Banca Porto|ESTRATTO CONTO|Saldo iniziale 10,00|Saldo finale 5,00",
        "Havenbank|REKENINGAFSCHRIFT|Beginsaldo 10,00|Eindsaldo 5,00",
        "Bank Pelabuhan|PENYATA AKAUN|Baki awal 10.00|Baki akhir 5.00",
    ],
    "contract": [
        "SERVICES AGREEMENT|This Agreement is entered into by Ada Ltd and Bob Ltd, hereinafter the parties.|1. Scope|"
        "2. Term|3. Confidentiality|4. Governing law|In witness whereof the parties have signed",
        "MIETVERTRAG|Zwischen den Vertragsparteien, nachfolgend Vermieter|§ 1 Vertragsgegenstand|§ 2 Kündigung|"
        "§ 3 Gerichtsstand",
        "CONTRAT DE BAIL|Entre les soussignés, ci-après le bailleur|Article 9 Droit applicable",
        "OVEREENKOMST|Partijen, hierna te noemen huurder|Toepasselijk recht|Opzegging",
        "PERJANJIAN SEWA|Pihak Pertama|Pihak Kedua",
    ],
    "resume": [
        "Ada Byron|CURRICULUM VITAE|Work experience|2019 - 2024 Analyst|2015 - 2019 Clerk|Education|Skills|Languages",
        "Ada Byron|LEBENSLAUF|Berufserfahrung|2019 - 2024 Analystin|Ausbildung|Sprachkenntnisse",
        "Ada Byron|Expérience professionnelle|2019 - 2024 Analyste|2015 - 2019 Assistante|Formation|Compétences|Langues",
        "Ada Byron|EXPERIENCIA LABORAL|Formación académica|Habilidades|Idiomas",
    ],
    "payslip": [
        "PAYSLIP|Employee: Ada Byron|Employer: Harbour Books|Pay period March 2026|Gross pay 3,000.00|Deductions 800.00|"
        "Net pay 2,200.00",
        "GEHALTSABRECHNUNG März 2026|Personalnummer 7|Steuerklasse 1|Bruttogehalt 3.000,00|Lohnsteuer 400,00|"
        "Auszahlungsbetrag 2.200,00",
        "BULLETIN DE PAIE|Salaire brut 3 000,00|Cotisations 800,00|Net imposable 2 300,00",
        "NÓMINA|Trabajador Ada|Total devengado 3.000,00|Líquido a percibir 2.200,00",
        "SLIP GAJI|Pekerja Ada|Gaji pokok 3,000.00|KWSP 300.00|Gaji bersih 2,200.00",
    ],
    "tax_form": [
        "Form 1040 U.S. Individual Income Tax Return|Internal Revenue Service|Tax year 2025|Filing status|Taxable income",
        "Finanzamt Hafenstadt|EINKOMMENSTEUERERKLÄRUNG 2025|Steuernummer 12/345|Zu versteuerndes Einkommen 30.000",
        "DÉCLARATION DE REVENUS 2025|Direction générale des finances publiques|Numéro fiscal 0|Revenu imposable",
        "BORANG BE|Lembaga Hasil Dalam Negeri|Tahun taksiran 2025",
    ],
    "identity_document": [
        "REPUBLIC OF UTOPIA|PASSPORT|Surname BYRON|Given names ADA|Nationality UTOPIAN|Date of birth 10 DEC 1985|"
        "P<UTOBYRON<<ADA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<",
        "PERSONALAUSWEIS|Staatsangehörigkeit|Geburtsort Hafenstadt|Gültig bis 01.01.2030",
        "CARTE NATIONALE D'IDENTITÉ|Prénoms Ada|Lieu de naissance Paris",
        "KAD PENGENALAN|MYKAD|WARGANEGARA",
    ],
    "letter": [
        "Harbour Books|3 March 2026|Dear Mr Babbage,|thank you for your visit.|Yours sincerely|Ada Byron",
        "Hafenbuch|3. März 2026|Betreff: Ihr Besuch|Sehr geehrter Herr Babbage,|danke.|Mit freundlichen Grüßen",
        "Librairie|Objet: visite|Madame, Monsieur,|merci.|Veuillez agréer nos salutations distinguées",
        "Librería|Asunto: visita|Estimado señor Babbage:|gracias.|Atentamente",
        "Boekhandel|Betreft: bezoek|Geachte heer Babbage,|Met vriendelijke groet",
    ],
    "form": [
        "REGISTRATION FORM|Please complete in block letters|Name: ________|Date: ________|Signature of applicant: _____|"
        "For office use only",
        "ANTRAG AUF MITGLIEDSCHAFT|Antragsteller: ______|Zutreffendes bitte ankreuzen|In Druckbuchstaben",
        "FORMULAIRE|À remplir en lettres capitales|Demandeur: ______|Cochez la case",
        "BORANG PERMOHONAN|Sila isi|Pemohon: ______|Untuk kegunaan pejabat",
    ],
}
