"""Hears document.classified; says document.extracted; owns extractions, their versions and the model budget."""
