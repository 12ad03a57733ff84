package converter

// Rules numbers what becomes of a document. It goes up when the same bytes and options
// would make another database, so that a pipeline converts anew what it has; testdata/rules.json
// holds it against the goldens.
const Rules = 7
