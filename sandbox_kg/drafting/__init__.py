"""From the text of an announcement to draft records that a curator corrects.

Everything is read off the text by gazetteers (labels, synonyms and names of the graph), by the words in
`ontology/drafting/*.yaml`, and by a grammar of quantities and dates. Nothing is learnt, nothing is fetched, and each
item says by which rule and which entry it came about.
"""
