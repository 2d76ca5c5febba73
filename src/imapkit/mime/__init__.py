"""What is inside a message: header text, parameters, transfer encodings, plain text. Pure functions, octets to text.

Everything here takes what strangers sent. Nothing raises on bad input, nothing takes more than linear time or memory,
and nothing is imported before it is needed. Names of modules say what they read:

* `charsets`: octets and the name of a charset, often wrong;
* `headers`: encoded words, header blocks, dates, message identifiers;
* `parameters`: what follows ``Content-Type`` and ``Content-Disposition``, and file names safe to write to;
* `transfer`: base64, quoted-printable and uuencode, a chunk at a time;
* `splitting`: one part of a message, found in the message;
* `text`: HTML to plain text, and the line that previews a message;
* `compose`: subjects and quotations of replies, and the base subject that SORT and THREAD compare.
"""
