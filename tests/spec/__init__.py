"""The specification: small tables in, small tables out, readable by a statistician and run on every engine.

Belongs here: one .spec file per rule or model, in a folder per layer, and what reads, runs and prints them.
Does not belong here: how files are read (tests/integration), or properties over many values (tests/properties).

A spec file is plain text:

    # 中文标题 / English title           once; paragraphs below it say why it matters
    ## 中文标题 / English title          begins an example
    on 2026-11-24                        the day; this one unless the example says otherwise
    received health_registry             an extract as the registry writes it, named <the day>_full.csv,
    received health_registry/2026-11-20_changes      or as given; what was received stays received
    given indicator_value                a table of the day, instead of computing it
    expect name_differs                  all rows of a table, but only the columns shown
    expect warning where level = watch   all rows that have these values
    expect nothing in name_differs

Each of received, given and expect is followed by a table in pipes, headings first. A cell without text is blank.
Columns not shown are blank in a given table; in a reference table (this_day, village, …) they keep what is in
force on the day. Numbers are compared at the precision written, yes and no are true and false, and in columns of
pseudonyms (person_key, case_id) any word stands for one value throughout the example.

`python -m tests.spec` aligns the tables of all files and writes docs/specification.md.
"""
