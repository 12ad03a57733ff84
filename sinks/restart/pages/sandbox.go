package pages

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What a visitor's statement may take.
const (
	maxRegisters = 64 << 20 // bytes of all values of a row at a time
	maxComputed  = 2 << 20  // of one
	minComputed  = 32 << 10
	maxPattern   = 256 // of LIKE and GLOB: how long a comparison takes that can't be interrupted
)

// visitors opens the connections on which SQL of visitors is run: it can read this database, and
// nothing else.
var visitors = sync.OnceValue(func() *sqlite.Driver {
	d := new(sqlite.Driver)
	d.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		// Before the authorizer forbids it: a small cache is what a sort may take of memory.
		for _, pragma := range []string{"cache_size = -2000", "temp_store = 1", "cell_size_check = 1"} {
			if _, err := c.ExecContext(context.Background(), "PRAGMA "+pragma, nil); err != nil {
				return err
			}
		}
		r, ok := c.(sqlite.AuthorizerRegisterer)
		if !ok {
			return errors.New("SQLite has no authorizer")
		}
		return r.RegisterAuthorizer(authorize)
	})
	registerLinear(d)
	return d
})

type visitorConnector string

func (c visitorConnector) Connect(context.Context) (driver.Conn, error) {
	return visitors().Open(string(c))
}
func (c visitorConnector) Driver() driver.Driver { return visitors() }

// authorize allows to read tables, and functions that read nothing else.
func authorize(action sqlite.AuthorizerActionCode, arg1, arg2, _, _ string) sqlite.AuthorizerReturnCode {
	allowed := false
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRecursive:
		allowed = true
	case sqlite.AuthRead:
		allowed = !slices.Contains(insides, strings.ToLower(arg1))
	case sqlite.AuthFunction:
		_, allowed = functions()[strings.ToLower(arg2)]
	case sqlite.AuthPragma:
		allowed = slices.Contains(pragmas, strings.ToLower(arg1))
	}
	if allowed {
		return sqlite.AuthorizerOK
	}
	return sqlite.AuthorizerDeny
}

// insides are tables of SQLite's own, of what is no data.
var insides = []string{"sqlite_dbpage", "dbstat", "sqlite_stmt", "sqlite_memstat", "bytecode", "tables_used", "sqlite_schema_temp", "sqlite_temp_master", "sqlite_temp_schema"}

// pragmas are those which describe the schema. Given as functions, as in pragma_table_info('t'),
// they can't change anything.
var pragmas = []string{"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
	"function_list", "module_list", "pragma_list", "collation_list", "compile_options", "database_list", "encoding", "data_version", "page_count", "page_size"}

// functions are those that a visitor's SQL may use. Left out are those that reach out of the
// database, and those whose time grows with the square of their arguments and that can't be
// interrupted, as json_patch and those of geometry, and json_pretty, which indents as far as it is deep.
var functions = sync.OnceValue(func() map[string]struct{} {
	all := map[string]struct{}{}
	for name := range strings.FieldsSeq(`
		abs changes char coalesce concat concat_ws format glob hex if ifnull iif instr last_insert_rowid length like likelihood likely
		lower ltrim max min nullif octet_length printf quote random randomblob replace round rtrim sign soundex sqlite_version
		sqlite_source_id sqlite_compileoption_get sqlite_compileoption_used substr substring subtype total_changes trim typeof unhex unicode unistr unistr_quote
		unlikely upper zeroblob
		date time datetime julianday unixepoch strftime timediff current_date current_time current_timestamp
		avg count group_concat string_agg sum total median percentile percentile_cont percentile_disc
		row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
		acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power radians
		sin sinh sqrt tan tanh trunc
		json jsonb json_array jsonb_array json_array_length json_array_insert jsonb_array_insert json_error_position json_extract jsonb_extract -> ->> json_insert jsonb_insert
		json_object jsonb_object json_remove jsonb_remove json_replace jsonb_replace json_set jsonb_set json_type
		json_valid json_quote json_group_array jsonb_group_array json_group_object jsonb_group_object
		match highlight snippet bm25 fts5_get_locale fts5_locale fts5_source_id`) {
		all[name] = struct{}{}
	}
	return all
})

// connectVisitor opens the file for SQL of visitors.
func (d *database) connectVisitor() (*sql.DB, error) {
	dsn, err := d.dsn()
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(visitorConnector(dsn))
	pooled(db)
	return db, nil
}

// run runs a statement and calls begin with the names of the columns, and then fn for each row,
// which it must not keep, up to most of them. express says how a column is read. more is whether
// there are more rows.
func (d *database) run(ctx context.Context, s statement, args []any, most int, express func(string) string, begin func(columns []string) error, fn func(row []any) error) (more bool, err error) {
	err = d.visitors.Use(func(db *sql.DB) error {
		conn, err := db.Conn(ctx)
		if err != nil {
			return asProblem(ctx, err)
		}
		defer conn.Close()
		columns, err := prepare(ctx, conn, s, args)
		if err != nil {
			return asVisitors(ctx, err)
		}
		if err := begin(columns); err != nil {
			return err
		}
		ctx, stop := d.memory.watch(ctx)
		defer stop()
		n := 0
		// The driver interrupts only what comes before the first row, so all is computed by then.
		err = scan(ctx, conn, wrapped(s, len(columns), most+1, express), args, func(row []any) error {
			if n++; n > most {
				more = true
				return nil
			}
			return fn(row)
		})
		return asVisitors(ctx, err)
	})
	return more, err
}

// queryVisitors runs one SELECT that has SQL of a visitor's in it.
func (d *database) queryVisitors(ctx context.Context, text string, args []any, fn func(row []any) error) error {
	return d.visitors.Use(func(db *sql.DB) error {
		conn, err := db.Conn(ctx)
		if err != nil {
			return asProblem(ctx, err)
		}
		defer conn.Close()
		ctx, stop := d.memory.watch(ctx)
		defer stop()
		if _, err = prepare(ctx, conn, statement{text: text, bound: text, commas: strings.Count(text, ",")}, args); err == nil {
			err = scan(ctx, conn, text, args, fn)
		}
		return asVisitors(ctx, err)
	})
}

// wrapped computes all rows of a statement before the first is read.
func wrapped(s statement, columns, most int, express func(string) string) string {
	if s.explain {
		return s.bound
	}
	names, read := make([]string, columns), make([]string, columns)
	for i := range names {
		names[i] = fmt.Sprint("c", i)
		read[i] = express(names[i])
	}
	result := quote("result of the query")
	return fmt.Sprintf("WITH %s(%s) AS MATERIALIZED (SELECT * FROM (\n%s\n) LIMIT %d) SELECT %s FROM %[1]s",
		result, strings.Join(names, ", "), s.bound, most, strings.Join(read, ", "))
}

// prepare returns the columns of the statement, and limits how long a value may be: the more of
// them the statement has at a time, the shorter.
func prepare(ctx context.Context, conn *sql.Conn, s statement, args []any) (columns []string, err error) {
	for id, limit := range limits {
		if _, err := sqlite.Limit(conn, id, limit); err != nil {
			return nil, err
		}
	}
	err = conn.Raw(func(c any) error {
		info, ok := c.(interface {
			ColumnInfo(query string) ([]sqlite.ColumnInfo, error)
		})
		if !ok {
			return errors.New("SQLite doesn't describe columns")
		}
		all, err := info.ColumnInfo(s.text)
		for _, c := range all {
			columns = append(columns, c.Name)
		}
		return err
	})
	if err != nil || s.explain {
		return columns, err
	}
	var program []instruction
	values, json := 0, false
	err = scan(ctx, conn, "EXPLAIN "+s.bound, args, func(row []any) error {
		in := readInstruction(row)
		program = append(program, in)
		if slices.Contains(holding, in.code) {
			values++
			json = json || strings.HasPrefix(in.p4, "json")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// How many arguments a function has isn't said, but commas are between them; what is written as
	// JSON may be six times as long.
	if values += s.commas; json {
		values += 4 * s.commas
	}
	length := min(maxRegisters/max(values, 1), maxComputed)
	if length < minComputed {
		return nil, badRequest("The statement is too complicated: it has more than 2,000 values at a time.")
	}
	if asks, computed := fullText(program); computed {
		length = maxFullText
	} else if asks && len(s.bound)+lengthOf(args) > maxFullText {
		return nil, badRequest("A query of a full-text index may have 32,768 bytes, with the statement that it is in.")
	}
	_, err = sqlite.Limit(conn, sqlite3.SQLITE_LIMIT_LENGTH, length)
	return columns, err
}

var limits = map[int]int{
	sqlite3.SQLITE_LIMIT_LENGTH:              maxComputed,
	sqlite3.SQLITE_LIMIT_SQL_LENGTH:          2 * maxSQL,
	sqlite3.SQLITE_LIMIT_COLUMN:              maxColumns,
	sqlite3.SQLITE_LIMIT_EXPR_DEPTH:          200,
	sqlite3.SQLITE_LIMIT_COMPOUND_SELECT:     100,
	sqlite3.SQLITE_LIMIT_VDBE_OP:             100_000,
	sqlite3.SQLITE_LIMIT_FUNCTION_ARG:        100,
	sqlite3.SQLITE_LIMIT_ATTACHED:            0,
	sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: maxPattern,
	sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER:     200,
	sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH:       1,
	sqlite3.SQLITE_LIMIT_WORKER_THREADS:      0,
}

// asVisitors says what is wrong with a visitor's statement.
func asVisitors(ctx context.Context, err error) error {
	if err = asProblem(ctx, err); err == nil {
		return nil
	}
	var p *problem
	var failed *sqlite.Error
	if errors.As(err, &p) || !errors.As(err, &failed) {
		return err
	}
	text := failed.Error()
	text = text[:max(strings.LastIndex(text, " ("), 0)]
	for _, prefix := range []string{"SQL logic error: ", "authorization denied: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	switch failed.Code() & 0xff {
	case sqlite3.SQLITE_AUTH:
		text += ": a query may only read this database, with the functions that are safe"
	case sqlite3.SQLITE_TOOBIG:
		text += ": a value or row is longer than a query may make"
	case sqlite3.SQLITE_INTERRUPT:
		return errTooSlow
	}
	return &problem{status: 400, title: "The query can't be run", text: readable(text)}
}
