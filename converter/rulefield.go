package converter

// A FieldRule is what is said of one column of a document. The zero value of each word says
// nothing.
type FieldRule struct {
	Name    string   // as the document has it; see TableRule.Match
	Aliases []string // other names that the document may have for it

	Type FieldType
	// Declared is a type of SQLite that the column is to have whatever its cells are: TEXT,
	// INTEGER, REAL, NUMERIC, BLOB. It goes before Type.
	Declared string

	// Format of a date, time or datetime: a pattern of strptime (%d.%m.%Y), or FormatAny; ""
	// is the default, ISO. Of other types: what it is in a table schema, such as "email" or
	// "topojson"; it need not be known.
	Format string

	Numbers   Spelling // decimalChar, groupChar, and what stands around numbers
	AnyUnit   bool     // bareNumber: false. What stands around numbers is left out, if it is the same in all rows
	Parts     int      // numbers are that many parts of what they are spelled as: of percent 100; 0 is 1
	Separator string   // of a list: between its items; "": a comma
	ItemType  FieldType

	TrueValues, FalseValues []string // of a boolean; nil: true, True, TRUE, 1, and false, False, FALSE, 0

	MissingValues []string // spellings that are NULL, in place of the table's; "" is a quoted ''. nil: the table's hold
	Misfit        Misfit
	Default       *Value // of the column, declared in SQL; what the rows have is not changed

	Required bool // no NULL
	Unique   bool

	// What is counted where it does not hold, and changes nothing. Bounds are spelled as
	// the column's cells are; "" and nil are none.
	Minimum, Maximum     string
	Enum                 []string
	MinLength, MaxLength *int

	Title, Description string

	// Said is where the field's words stand, by their names in dynasette.yaml, with name for
	// the field itself: "type", "required", "misfit".
	Said map[string]Origin
}

// FormatAny is the Format of dates and times whose order of day, month and year the whole
// column has to prove.
const FormatAny = "any"

// A FieldType is a type of Table Schema. "" and AnyType are decided as without rules.
type FieldType string

// The types of fields.
const (
	AnyType       FieldType = "any"
	StringType    FieldType = "string"
	NumberType    FieldType = "number"
	IntegerType   FieldType = "integer"
	BooleanType   FieldType = "boolean"
	ObjectType    FieldType = "object"
	ArrayType     FieldType = "array"
	ListType      FieldType = "list"
	DateTimeType  FieldType = "datetime"
	DateType      FieldType = "date"
	TimeType      FieldType = "time"
	YearType      FieldType = "year"
	YearMonthType FieldType = "yearmonth"
	DurationType  FieldType = "duration"
	GeoPointType  FieldType = "geopoint"
	GeoJSONType   FieldType = "geojson"
)

// FieldTypes lists all types, those that people use most first.
func FieldTypes() []FieldType {
	return []FieldType{StringType, IntegerType, NumberType, BooleanType, DateType, DateTimeType, TimeType, YearType, YearMonthType,
		DurationType, GeoPointType, GeoJSONType, ObjectType, ArrayType, ListType, AnyType}
}

// Misfit says what becomes of a cell that its column's type can't hold.
type Misfit uint8

// What becomes of misfits.
const (
	MisfitKeep   Misfit = iota // the column is TEXT, as without the type
	MisfitClear                // the cell is NULL, and _rejects has what it was
	MisfitReject               // the row is in _rejects
	MisfitCast                 // 007 is 7: the number is kept, and its spelling is not; what is no number at all is kept as MisfitKeep
)

var misfits = [...]string{"keep", "clear", "reject", "cast"}

func (m Misfit) String() string { return misfits[m] }
