package usertable

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/ca74b63c/roster/user"
)

// form is how a cell becomes JSON.
type form struct {
	name    string
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
	textForm    = form{"text", "text", `"x"`, func(c cell) (string, bool) { return quoted(c.text), true }}
	booleanForm = form{"boolean", "true or false", `true`, cell.boolean}
	integerForm = form{"integer", "a whole number", `7`, cell.integer}
	jsonForm    = form{"json", `a list in JSON, such as [{"name":"calls"}]`, "", cell.json}
	// valueForm is of custom attributes whose definitions the caller may not know.
	valueForm = form{"value", "text, a number, true or false", "", cell.value}
)

// forms are the forms of attributes in the order in which formOf tries them.
var forms = []form{
	textForm, booleanForm, integerForm,
	{"ids", "ids, such as 7|12", `[7]`, func(c cell) (string, bool) { return c.list(cell.integer, "[%s]", "%s") }},
	{"roles", "names of roles, such as agent|supervisor", `["x"]`, func(c cell) (string, bool) { return c.list(cell.role, "[%s]", "%s") }},
	{"group", "the id of an agent group", `{"group":7}`, func(c cell) (string, bool) {
		n, ok := c.integer()
		return fmt.Sprintf(`{"group":%s}`, n), ok
	}},
	{"groups", "ids of agent groups, such as 7|12", `[{"group":7}]`, func(c cell) (string, bool) {
		return c.list(cell.integer, "[%s]", `{"group":%s}`)
	}},
}

// choiceForm is a text out of a list.
func choiceForm(names []string) form {
	return form{"choice", "one of: " + strings.Join(names, ", "), "", func(c cell) (string, bool) {
		for _, name := range names {
			if strings.EqualFold(name, c.trimmed()) {
				return quoted(name), true
			}
		}
		return "", false
	}}
}

// customForm returns the form that cells of the custom attribute a must have. Only numbers and
// booleans are checked by the form. The description in the form also names the limits, the options
// and "required", which the caller must check.
func customForm(a user.CustomAttribute) form {
	f := textForm
	switch a.Type {
	case user.CustomNumber:
		f = form{"number", "a number", "", cell.number}
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

// integer returns the cell as a whole number in JSON. Zeros after a decimal point are allowed,
// because a spreadsheet may write 4 as 4.0. The second result reports whether the cell is a whole
// number that fits in an int64.
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

// number returns the cell as a number in JSON, without leading zeros. The cell contains digits,
// with an optional minus sign before them and optional decimals. The decimal point may be a comma
// if the cells of the file are separated by semicolons, as spreadsheets write files in many
// countries. The second result reports whether the cell is such a number of at most maxDigits
// bytes.
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

// value returns the cell as JSON: true and false in any case as a boolean, a number as a number,
// and everything else as a text. The second result is always true.
func (c cell) value() (string, bool) {
	if text := strings.ToLower(c.trimmed()); text == "true" || text == "false" {
		return text, true
	}
	if n, ok := c.number(); ok {
		return n, true
	}
	return quoted(c.text), true
}

// list returns the items of the cell as one JSON text. Items are separated by commas, semicolons,
// vertical bars or white space. A cell without items produces an empty list.
//
// The function item encodes one item. list formats every encoded item with the format each, joins
// the results with commas, and formats the joined text with the format whole. The second result is
// false if item rejects an item.
func (c cell) list(item func(cell) (string, bool), whole, each string) (string, bool) {
	parts := strings.FieldsFunc(c.text, func(r rune) bool { return strings.ContainsRune(",;|", r) || unicode.IsSpace(r) })
	for i, part := range parts {
		text, ok := item(cell{text: part})
		if !ok {
			return "", false
		}
		parts[i] = fmt.Sprintf(each, text)
	}
	return fmt.Sprintf(whole, strings.Join(parts, ",")), true
}

// quoted returns a text that validate.IsStorable accepts as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s) // a text is always encoded
	return string(b)
}
