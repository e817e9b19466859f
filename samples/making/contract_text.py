"""The clauses of the sample contract."""

CLAUSES = (
    (
        "Services",
        (
            "The Consultant shall review the Client's manuscript archive, design a catalogue structure, and train two members "
            'of the Client\'s staff in its use (the "Services"). The Services are described in more detail in Schedule A. The '
            "Consultant decides where and when the work is done, provided that the milestones in Schedule A are met."
        ),
    ),
    (
        "Term",
        (
            "This Agreement takes effect on the Effective Date and continues until 31 March 2027, unless it is ended earlier "
            "under clause 8. It may be extended in writing by up to two periods of three months each."
        ),
    ),
    (
        "Fees and payment",
        (
            "The Client shall pay the Consultant a fee of EUR 640.00 for each day worked, up to a total of EUR 38,400.00. The "
            "Consultant shall send one invoice at the end of each calendar month. Invoices are payable within thirty days of "
            "receipt. Travel outside Galway is charged at cost and agreed beforehand."
        ),
    ),
    (
        "Independent contractor",
        (
            "The Consultant acts as an independent contractor. Nothing in this Agreement makes either party the employee, "
            "partner or agent of the other. The Consultant is responsible for taxes and insurance arising from the fees."
        ),
    ),
    (
        "Confidentiality",
        (
            "Each party shall keep confidential what it learns about the other in the course of the Services, use it only to "
            "perform this Agreement, and return or destroy it on request. This duty does not cover what is public, was known "
            "before, or must be disclosed by law. It continues for three years after this Agreement ends."
        ),
    ),
    (
        "Intellectual property",
        (
            "On payment of the fees, all rights in the catalogue and in the documents prepared for the Client pass to the "
            "Client. The Consultant keeps all rights in methods, templates and software that existed before the Effective "
            "Date, and grants the Client a free and permanent licence to use them together with the catalogue."
        ),
    ),
    (
        "Liability",
        (
            "Neither party is liable for indirect or consequential loss. The total liability of each party under this "
            "Agreement is limited to the fees paid in the twelve months before the claim arose. Nothing in this Agreement "
            "limits liability for fraud, for death or for personal injury."
        ),
    ),
    (
        "Termination",
        (
            "Either party may end this Agreement by giving thirty days' notice in writing. Either party may end it at once if "
            "the other commits a material breach and does not remedy it within fourteen days of being asked to. Fees for work "
            "done before the end of this Agreement remain payable."
        ),
    ),
    (
        "Governing law",
        (
            "This Agreement is governed by the laws of Ireland. The parties shall first try to settle any dispute by "
            "mediation; failing that, the courts of Ireland have exclusive jurisdiction."
        ),
    ),
    (
        "General",
        (
            "This Agreement, with its Schedule, is the entire agreement between the parties on its subject. Changes are valid "
            "only in writing and signed by both parties. If one provision is void, the others remain in force."
        ),
    ),
)
