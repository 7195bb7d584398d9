package usertable

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// Column is a column that a file may have.
type Column struct {
	Name    string // the path with periods: "contact.email"
	Path    string // the JSON pointer into a user: "/contact/email"; of a password "/password"
	Allowed string // what a cell may hold, in words

	form form
}

// The paths of the columns that are no attributes of a user.
const (
	PathPassword   = "/password"
	PathActivation = "/activation"
)

// Columns returns the columns that a file may have, in this order: one for each attribute that a
// patch can set, one for each custom attribute of schema, and the columns "password" and
// "activation", which are only for new users.
func Columns(schema user.CustomSchema) []Column {
	list := slices.Clone(modelColumns())
	for a := range schema.All() {
		list = append(list, customColumn(a.Name, customForm(a)))
	}
	return append(list,
		Column{nameOf(PathPassword), PathPassword, "the first password of a new user; others keep theirs", textForm},
		Column{nameOf(PathActivation), PathActivation, "true sends a new user an activation mail; otherwise false", booleanForm})
}

// nameOf returns the name of the column with a path.
func nameOf(path string) string { return strings.ReplaceAll(strings.TrimPrefix(path, "/"), "/", ".") }

func customColumn(name string, f form) Column {
	path := user.AttrCustom.Path() + "/" + name
	return Column{nameOf(user.AttrCustom.Path()) + "." + name, path, f.allowed, f}
}

// modelColumns returns a column for each attribute that a patch can name, except the custom ones.
var modelColumns = sync.OnceValue(func() (list []Column) {
	for a := range user.Patchable().All() {
		if a == user.AttrCustom {
			continue
		}
		f := formOf(a)
		list = append(list, Column{nameOf(a.Path()), a.Path(), f.allowed, f})
	}
	return list
})

// formOf returns the form of the cells of the attribute a. For a kind or a status, the form allows
// the names of the enumeration. For another attribute, the result is the first of forms whose
// sample a patch accepts as a value of a, or jsonForm if there is none.
func formOf(a user.Attribute) form {
	switch a {
	case user.AttrKind:
		return choiceForm(namesOf(user.Kind.MarshalText))
	case user.AttrStatus:
		return choiceForm(namesOf(user.Status.MarshalText))
	}
	for _, f := range forms {
		if f.sample != "" && patched(a.Path(), f.sample) == nil {
			if f.allowed == textForm.allowed {
				f.allowed += longest(a)
			}
			return f
		}
	}
	return jsonForm
}

// longest returns the greatest length that Patch.Check allows for a text in the attribute a, in
// words such as " of at most 50 characters". It returns "" if a has no limit or does not hold a
// text.
func longest(a user.Attribute) string {
	var p user.Patch
	if p.UnmarshalJSON(nested(a.Path(), quoted(strings.Repeat("a", 1<<17)))) != nil {
		return ""
	}
	var invalid *validate.Error
	if errors.As(p.Check(validate.Strict), &invalid) {
		params := invalid.Problems[0].Params
		unit, _ := params.Get("unit")
		if most, ok := params.Int("max"); ok {
			return fmt.Sprintf(" of at most %d %s", most, unit)
		}
	}
	return ""
}

// patched returns the error of a patch that has one value at a path.
func patched(path, value string) error {
	var p user.Patch
	return p.UnmarshalJSON(nested(path, value))
}

// nested returns a JSON object that has value, a text in JSON, at path. The path has one or two
// names: "/contact/email" gives {"contact":{"email":value}}.
func nested(path, value string) []byte {
	group, member, deep := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if deep {
		value = fmt.Sprintf("{%q:%s}", member, value)
	}
	return fmt.Appendf(nil, "{%q:%s}", group, value)
}

// namesOf returns the names of an enumeration that counts from 0.
func namesOf[T ~uint8](text func(T) ([]byte, error)) (names []string) {
	for e := T(0); ; e++ {
		name, err := text(e)
		if err != nil {
			return names
		}
		names = append(names, string(name))
	}
}

// isReadOnly reports whether a user has the path and no patch can set it.
func isReadOnly(path string) bool {
	var invalid *validate.Error
	return errors.As(patched(path, "null"), &invalid) && invalid.Problems[0].Code == validate.ReadOnly
}

// form is how a cell becomes JSON.
type form struct {
	allowed string
	sample  string // a value of this form as JSON
	// encode returns a cell as JSON, and whether the cell has the form.
	encode func(c cell) (string, bool)
}

// cell is the text of a cell that is not empty.
type cell struct {
	text  string
	comma bool // numbers have a decimal comma
}

// trimmed returns the text without spaces around it.
func (c cell) trimmed() string { return strings.TrimSpace(c.text) }

var (
	textForm    = form{"text", `"x"`, func(c cell) (string, bool) { return quoted(c.text), true }}
	booleanForm = form{"true or false", `true`, cell.boolean}
	integerForm = form{"a whole number", `7`, cell.integer}
	jsonForm    = form{`a list in JSON, such as [{"name":"calls"}]`, "", cell.json}
	// valueForm is of custom attributes whose definitions the caller may not know.
	valueForm = form{"text, a number, true or false", "", cell.value}
)

// forms are the forms of attributes in the order in which formOf tries them.
var forms = []form{
	textForm, booleanForm, integerForm,
	{"ids, such as 7|12", `[7]`, func(c cell) (string, bool) { return c.list(cell.integer, "%s") }},
	{"names of roles, such as agent|supervisor", `["x"]`, func(c cell) (string, bool) { return c.list(cell.role, "%s") }},
	{"the id of an agent group", `{"group":7}`, func(c cell) (string, bool) {
		n, ok := c.integer()
		return fmt.Sprintf(`{"group":%s}`, n), ok
	}},
	{"ids of agent groups, such as 7|12", `[{"group":7}]`, func(c cell) (string, bool) {
		return c.list(cell.integer, `{"group":%s}`)
	}},
}

// choiceForm is a text out of a list.
func choiceForm(names []string) form {
	return form{"one of: " + strings.Join(names, ", "), "", func(c cell) (string, bool) {
		for _, name := range names {
			if strings.EqualFold(name, c.trimmed()) {
				return quoted(name), true
			}
		}
		return "", false
	}}
}

// customForm returns the form of the cells of the custom attribute a. form.allowed describes all
// limits of a, but form.encode refuses only a cell that is no number or no boolean. Patch.Apply
// checks the limits.
func customForm(a user.CustomAttribute) form {
	f := textForm
	switch a.Type {
	case user.CustomNumber:
		f = form{"a number", "", cell.number}
	case user.CustomBoolean:
		f = booleanForm
	case user.CustomDate:
		f.allowed = "a day, such as 2026-11-30"
	case user.CustomChoice:
		f.allowed = "one of: " + strings.Join(a.Options.Slice(), ", ")
	default:
		most := a.MaxLength
		if most == 0 {
			most = user.MaxCustomText
		}
		f.allowed = fmt.Sprintf("text of %d to %d characters", a.MinLength, most)
	}
	if !a.Min.IsZero() {
		f.allowed += ", at least " + a.Min.String()
	}
	if !a.Max.IsZero() {
		f.allowed += ", at most " + a.Max.String()
	}
	if a.Required {
		f.allowed += "; required"
	}
	return f
}

// boolean reads what spreadsheets write: TRUE, FALSE, 1 and 0.
func (c cell) boolean() (string, bool) {
	switch strings.ToLower(c.trimmed()) {
	case "true", "1":
		return "true", true
	case "false", "0":
		return "false", true
	}
	return "", false
}

// integer returns the cell as a whole number in JSON. A spreadsheet may write 4 as 4.0. The second
// result is false for any other cell and for a number beyond int64.
func (c cell) integer() (string, bool) {
	text, ok := c.number()
	if whole, decimals, found := strings.Cut(text, "."); found && strings.Trim(decimals, "0") == "" {
		text = whole
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return strconv.FormatInt(n, 10), ok && err == nil
}

// maxDigits is the length of the longest number that is read.
const maxDigits = 100

// number returns the cell as a JSON number without leading zeros. The cell may have a minus sign
// and decimals; the decimal point may be a comma if c.comma is set. number returns "" and false for
// any other text and for more than maxDigits bytes.
func (c cell) number() (string, bool) {
	text := c.trimmed()
	if c.comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	digits, negative := strings.CutPrefix(text, "-")
	whole, decimals, found := strings.Cut(digits, ".")
	if len(text) > maxDigits || !isDigits(whole) || found && !isDigits(decimals) {
		return "", false
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if negative {
		whole = "-" + whole
	}
	if found {
		whole += "." + decimals
	}
	return whole, true
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func (c cell) role() (string, bool) { return quoted(c.text), user.Role(c.text).Valid() }

func (c cell) json() (string, bool) {
	text := c.trimmed()
	return text, json.Valid([]byte(text))
}

// value returns the cell as JSON: "true" and "false" in any case as a boolean, a number as a
// number, and any other cell as a string. The second result is always true.
func (c cell) value() (string, bool) {
	if text := strings.ToLower(c.trimmed()); text == "true" || text == "false" {
		return text, true
	}
	if n, ok := c.number(); ok {
		return n, true
	}
	return quoted(c.text), true
}

// list splits the cell at commas, semicolons, vertical bars and white space, and returns the parts
// as a JSON array. The function item encodes a part, and the fmt.Sprintf format each encloses the
// result. list returns "" and false if item refuses a part.
func (c cell) list(item func(cell) (string, bool), each string) (string, bool) {
	parts := strings.FieldsFunc(c.text, func(r rune) bool { return strings.ContainsRune(",;|", r) || unicode.IsSpace(r) })
	for i, part := range parts {
		text, ok := item(cell{text: part})
		if !ok {
			return "", false
		}
		parts[i] = fmt.Sprintf(each, text)
	}
	return "[" + strings.Join(parts, ",") + "]", true
}

// quoted returns a text that validate.IsStorable accepts as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a text is always encoded
	return string(b)
}
