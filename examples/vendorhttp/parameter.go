package vendorhttp

import (
	"slices"

	"github.com/ca74b63c/roster/validate"
)

// Type is the type of a Parameter. Each type has a getter of Reader.
type Type uint8

// The types.
const (
	TypeText     Type = iota // Text, Checked
	TypeDecimal              // Text; may also be a JSON number
	TypeInteger              // Int
	TypeBoolean              // Bool
	TypeTexts                // Texts
	TypeIntegers             // Ints
	TypeObject               // Object; Parameter.Members are the members of the object
	TypeObjects              // Objects; Parameter.Members are the members of each object
	TypeAny                  // Value
)

// Parameter is a row of an endpoint's table: a parameter of a query or a form, or a member of a
// JSON object. The handler reads the parameter by the row, and the OpenAPI document shows the row,
// so the two cannot differ.
type Parameter struct {
	Name string
	// Also are other names of the parameter.
	Also     []string
	Type     Type
	Required bool
	// Rule is the rule for a text, or for each text of a list. The zero Rule accepts any text.
	Rule validate.Rule
	// Strict checks the rule under validate.Strict, whatever the profile of the call.
	Strict bool
	// Empty accepts the empty text, even if the rule forbids it.
	Empty bool
	// Or is a text that is accepted in place of a number.
	Or string
	// Words are the allowed values, if no rule lists them.
	Words []string
	// Members are the rows of an object's members. If Open is set, the object may have other
	// members, which are ignored.
	Members []Parameter
	Open    bool
	// About is a sentence about the purpose of the parameter, for the OpenAPI document.
	About string
}

// Takes restricts the reader to the given rows, the table of the endpoint. From then on a getter
// finds only parameters with a row, also under the other names of the row (Parameter.Also). If a
// getter reads a parameter as another type than that of its row, it adds a problem Invalid. The
// reader of an object accepts the Members of the object's row.
func (r *Reader) Takes(rows []Parameter) {
	r.rows, r.aliased = rows, false
	for i := range rows {
		r.aliased = r.aliased || rows[i].Also != nil
	}
}

// row returns the row of the parameter with the name, nil if there is none. The name may be another
// name of the row (Parameter.Also).
func (r *Reader) row(name string) *Parameter {
	for i := range r.rows {
		if r.rows[i].Name == name || r.aliased && slices.Contains(r.rows[i].Also, name) {
			return &r.rows[i]
		}
	}
	return nil
}

// namesOf returns all names of the parameter whose name is names[0]. If the table of the endpoint
// has a row for names[0] with other names (Parameter.Also), the result is the name of the row and
// the other names of the row. In any other case the result is names.
func (r *Reader) namesOf(names []string) []string {
	if !r.aliased {
		return names
	}
	if row := r.row(names[0]); row != nil && row.Also != nil {
		return append([]string{row.Name}, row.Also...)
	}
	return names
}

// has reports whether a getter may read the parameter: the reader has no table, or the table has a
// row for the name.
func (r *Reader) has(name string) bool { return r.rows == nil || r.row(name) != nil }

// membersOf returns the rows for the members of the object in the parameter with the name. It
// returns nil if the parameter has no row.
func (r *Reader) membersOf(name string) []Parameter {
	if row := r.row(name); row != nil {
		return row.Members
	}
	return nil
}

// typed returns the value of the parameter with one of the given names, and true. It returns false
// if the parameter is missing or null. If the endpoint's table gives the parameter a type other
// than t, typed adds a problem Invalid and returns false. But if t is TypeText, the type in the
// table may also be TypeDecimal. A Reader without a table checks no types. typed does not check
// whether the value itself has the form of the type.
func (r *Reader) typed(names []string, t Type) (Value, bool) {
	v, ok := r.given(names)
	if !ok || r.rows == nil {
		return v, ok
	}
	if row := r.row(v.Name); row.Type != t && !(t == TypeText && row.Type == TypeDecimal) {
		r.add(v.Name, validate.Invalid)
		return v, false
	}
	return v, true
}

// RequireAll adds a problem Required for each required row whose parameter is missing or null.
func (r *Reader) RequireAll() {
	for i := range r.rows {
		if row := &r.rows[i]; row.Required && r.Require(row.Name) && r.Null(row.Name) {
			r.add(row.Name, validate.Required)
		}
	}
}

// Checked returns the text of the parameter with one of the given names, and true. It returns ""
// and false if the parameter is missing or null. For a value of another type, it adds a problem
// Invalid, as Text does, and returns "" and false.
//
// If the row of the parameter in the endpoint's table has a rule, and the text breaks the rule
// under profile p, Checked adds a problem. It still returns the text and true. A row with Strict
// uses validate.Strict instead of p. A row with Empty accepts the empty text.
func (r *Reader) Checked(p validate.Profile, names ...string) (string, bool) {
	s, ok := r.Text(names...)
	if !ok {
		return s, ok
	}
	v, _ := r.Value(names...)
	if row := r.row(v.Name); row != nil && row.Rule != 0 && !(row.Empty && s == "") {
		if row.Strict {
			p = validate.Strict
		}
		r.problems.Check(row.Rule, p, r.Path(v.Name), s)
	}
	return s, true
}

// CheckedInt returns the whole number in the parameter with the given name, and true. It returns
// false if the parameter is missing or null. It adds a problem Invalid and returns false if the
// value is not a whole number, or if the endpoint's table gives the parameter a type other than
// TypeInteger. If the parameter has a rule in the table and the number breaks the rule under
// profile p, CheckedInt adds a problem, but still returns the number and true.
func (r *Reader) CheckedInt(p validate.Profile, name string) (int64, bool) {
	n, ok := r.Int(name)
	if row := r.row(name); ok && row != nil && row.Rule != 0 {
		if problem, ok := row.Rule.CheckNumber(p, r.Path(name), n); !ok {
			r.problems.Add(problem)
		}
	}
	return n, ok
}
