package sqlitecheck

// Schemas that need about so many bytes of memory are not read.
const maxSchema = 64 << 20

// schema walks the schema table.
func (c *checker) schema() error {
	c.names = make(map[string]*Object)
	c.room = maxSchema
	t := &tree{c: c, name: "schema", root: 1, kind: tableTree}
	t.entry = func(page uint32, cell *cell) error {
		if !c.afford(page, cell.payload) {
			return errStop
		}
		serials, values, sound, err := c.record(page, cell, cell.payload)
		if err != nil || !sound {
			return err
		}
		if len(serials) != 5 {
			return c.problem(page, "row %d of the schema has %d columns, not 5", cell.rowid, len(serials))
		}
		var row [5]any
		for i, serial := range serials {
			n := serialLen(serial)
			row[i] = decodeValue(serial, values[:n], c.report.Encoding)
			values = values[n:]
		}
		return c.schemaRow(page, row)
	}
	if err := t.run(); err != nil {
		return err
	}
	if c.report.SchemaFormat == 0 && len(c.report.Objects) > 0 {
		c.report.SchemaFormat = 1 // what SQLite takes it for
	}
	return nil
}

// afford reports whether there is memory for so many bytes of schema.
func (c *checker) afford(page uint32, n int64) bool {
	if c.room -= n; c.room < 0 {
		c.problem(page, "the schema needs more than %d bytes of memory", maxSchema)
	}
	return c.room >= 0
}

// schemaRow takes a row of the schema table: type, name, tbl_name, rootpage, sql.
func (c *checker) schemaRow(page uint32, row [5]any) error {
	typ, ok1 := row[0].(string)
	name, ok2 := row[1].(string)
	table, ok3 := row[2].(string)
	root, ok4 := row[3].(int64)
	sql, ok5 := row[4].(string)
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 && row[4] != nil {
		return c.problem(page, "the schema row of %v %v is not four texts and a root page", row[0], row[1])
	}
	o := &Object{Type: typ, Name: name, Table: table, SQL: sql}
	isIndex := typ == "index"
	switch typ {
	case "table", "index":
		o.schema = parseCreate(sql)
		o.WithoutRowID, o.Strict = o.schema.withoutRowID, o.schema.strict
		o.Module = o.schema.module
		if !c.afford(page, int64(512+300*len(o.schema.columns))) {
			return errStop
		}
		for i := range o.schema.columns {
			col := &o.schema.columns[i]
			o.Columns = append(o.Columns, Column{col.name, col.typ, col.generated})
		}
	case "view", "trigger":
	default:
		return c.problem(page, "schema: %q is not a type", typ)
	}
	if typ != "trigger" {
		key := fold(name)
		if c.names[key] != nil {
			if err := c.problem(page, "schema: there is more than one %q", name); err != nil {
				return err
			}
		}
		c.names[key] = o
	}
	needsRoot := isIndex || typ == "table" && o.Module == ""
	if needsRoot && (root < 2 || root > int64(c.head.pages)) || !needsRoot && root != 0 {
		if err := c.problem(page, "schema: %s %s has the root page %d", typ, name, root); err != nil {
			return err
		}
		root = 0
	}
	if !isIndex && sql == "" {
		if err := c.problem(page, "schema: %s %s has no SQL", typ, name); err != nil {
			return err
		}
	}
	o.Root = uint32(root)
	c.report.Objects = append(c.report.Objects, o)
	if typ == "table" {
		c.report.Tables = append(c.report.Tables, o)
	}
	return nil
}

func (c *checker) table(name string) *Object {
	if o := c.names[fold(name)]; o != nil && o.Type == "table" {
		return o
	}
	return nil
}

// object walks the b-tree of a table or an index.
func (c *checker) object(o *Object) error {
	t := &tree{c: c, name: o.Type + " " + o.Name, root: o.Root}
	var order keyOrder
	switch {
	case o.Type == "index":
		t.kind = indexTree
		order = c.indexOrder(o)
	case o.WithoutRowID:
		t.kind = indexTree
		order = c.primaryOrder(o)
	case o.schema.parsed:
		t.kind = tableTree
	}
	ordered := len(order.keys) > 0 || order.all
	affinity := c.affinityOf(o)
	withRowid := false // entries end with a rowid
	if o.Type == "index" {
		table := c.table(o.Table)
		withRowid = table != nil && table.schema.parsed && !table.WithoutRowID
	}
	want := int64(0)
	if ordered || withRowid || affinity != nil {
		want = maxCompared
	}
	t.entry = func(page uint32, cell *cell) error {
		serials, values, sound, err := c.record(page, cell, want)
		if err != nil || !sound {
			return err
		}
		if withRowid && (len(serials) < 2 || !isInt(serials[len(serials)-1])) {
			return c.problem(page, "%s: cell %d does not end with a rowid", t.name, cell.number)
		}
		if ordered && !order.next(serials, values) {
			return c.problem(page, "%s: cell %d is out of order", t.name, cell.number)
		}
		return affinity.check(c, page, cell, serials, values)
	}
	err := t.run()
	o.Rows = t.rows
	return err
}

// indexOrder says how an index is sorted, as far as it can be known.
func (c *checker) indexOrder(o *Object) (order keyOrder) {
	order.utf8 = c.report.Encoding == "UTF-8"
	table := c.table(o.Table)
	if table == nil || !table.schema.parsed {
		return order
	}
	if o.SQL == "" { // made for UNIQUE or PRIMARY KEY
		order.all = !table.schema.collates && !table.schema.descends
		order.unique = true
		return order
	}
	for _, term := range o.schema.terms {
		key := sortKey{term.collation, term.desc && c.head.Format >= 4}
		if !term.collates {
			if i := table.schema.column(term.column); i >= 0 {
				key.collation = table.schema.columns[i].collation
			} else if table.schema.collates || o.schema.collates {
				key.collation = collateOther // an expression's, by rules of its own
			}
		}
		order.keys = append(order.keys, key)
	}
	if o.schema.parsed && !table.WithoutRowID {
		order.keys = append(order.keys, sortKey{}) // the rowid
		order.unique = true
	}
	return order
}

// primaryOrder says how a table without rowid is sorted.
func (c *checker) primaryOrder(o *Object) keyOrder {
	order := keyOrder{unique: true, utf8: c.report.Encoding == "UTF-8"}
	_, keys := o.schema.keyColumns()
	for _, key := range keys {
		key.desc = key.desc && c.head.Format >= 4
		order.keys = append(order.keys, key)
	}
	return order
}
