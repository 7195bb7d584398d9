package vendorhttp

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// maxDepth is the greatest depth of nested lists and objects.
const maxDepth = 16

// parseJSON parses body as one JSON document and returns its value, with the members of objects in
// their order. It adds problems to v for a body that is not UTF-8, for a text that contains NUL,
// and for a name that occurs twice in an object. encoding/json checks the syntax, and the parser
// then cuts the text into values.
//
// A document may contain at most maxMembers values. If the parameter objects is true, a document
// that is a list has other limits: at most MaxListed elements and maxListValues values. Errors:
// ErrMalformed for a body that is not JSON or is nested too deep; ErrTooLarge for too many values
// or elements.
func parseJSON(body []byte, v *Values, objects bool) (Value, error) {
	text := utf8.Valid(body)
	if !text {
		v.problems.Add(validate.Problem{Code: validate.InvalidUTF8})
	}
	if !json.Valid(body) {
		return Value{}, ErrMalformed
	}
	p := jsonParser{Values: v, body: body, text: text, most: maxMembers}
	if objects && p.next() == '[' {
		p.most, p.objects = maxListValues, true
	}
	return p.value("", "", 0)
}

// jsonParser reads a body that is known to be valid JSON.
type jsonParser struct {
	*Values
	body  []byte
	at    int
	text  bool // the body is UTF-8
	count int

	most    int  // the greatest number of values
	objects bool // the body is a list of objects
}

// next skips white space and returns the next byte.
func (p *jsonParser) next() byte {
	for {
		switch ch := p.body[p.at]; ch {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return ch
		}
	}
}

// value reads the next JSON value and returns it with the given name. For texts that contain NUL or
// are not UTF-8, also inside the value, it adds problems. The body must be valid JSON, because
// value does not check the syntax. path is the path of the object that contains the value; for an
// object or list in a list, it is the path of the value itself. depth is the number of lists and
// objects around the value.
//
// Errors: ErrMalformed if the nesting is too deep; a *SizeError for too many values or objects.
func (p *jsonParser) value(path, name string, depth int) (Value, error) {
	if depth > maxDepth {
		return Value{}, ErrMalformed
	}
	if p.count++; p.count > p.most {
		return Value{}, tooManyValues(p.most)
	}
	v := Value{Name: name}
	switch ch := p.next(); ch {
	case '"':
		v.Kind, v.Text = String, p.string()
		if name != "" {
			p.checkText(path, name, v.Text)
		}
	case '[', '{':
		p.at++
		return v, p.container(&v, ch, path, depth)
	default:
		p.word(&v, ch)
	}
	return v, nil
}

// container reads the members of an object or the elements of a list, after the opening bracket,
// and stores the kind and the items in v. For an element of a list, path is the path of v.
// Otherwise it is the path of the object that contains v. depth is the number of objects and lists
// around v.
//
// Problems inside v get paths that begin with the path of v. But a name that the API does not have
// may be a secret, and must not be in a path. If v or a value around v has such a name, the problem
// gets the path of the object that contains the name. Errors: ErrMalformed if the nesting is too
// deep; a *SizeError for too many values or objects.
func (p *jsonParser) container(v *Value, bracket byte, path string, depth int) (err error) {
	hides := v.Name != "" && (p.hidden > 0 || !p.names.Has(v.Name))
	switch {
	case hides:
		p.hidden++
	case v.Name != "":
		path = validate.Child(path, v.Name)
	}
	if bracket == '[' {
		v.Kind, err = List, p.list(v, path, depth)
	} else {
		v.Kind, err = Object, p.object(v, path, depth)
	}
	if hides {
		p.hidden--
	}
	return err
}

// word reads null, a boolean or a number at p.at, and sets the kind and the text of v. It sets p.at
// after the word. The text of a number is the same as in the body, the text of a boolean is "true"
// or "false", and null has no text. The parameter first is the first byte of the word.
func (p *jsonParser) word(v *Value, first byte) {
	start := p.at
	for p.at < len(p.body) && strings.IndexByte(" \t\n\r,]}", p.body[p.at]) < 0 {
		p.at++
	}
	switch first {
	case 'n':
		v.Kind = Null
	case 't':
		v.Kind, v.Text = Bool, "true"
	case 'f':
		v.Kind, v.Text = Bool, "false"
	default:
		v.Kind, v.Text = Number, string(p.body[start:p.at])
	}
}

// string reads the JSON string at p.at, decodes its escapes, and sets p.at after the closing quote.
// Bytes that are not UTF-8 become the character U+FFFD. The result does not share memory with the
// body, so a stored name does not keep a whole request in memory.
func (p *jsonParser) string() string {
	start, plain := p.at, p.text
	for p.at++; p.body[p.at] != '"'; p.at++ {
		if p.body[p.at] == '\\' {
			plain = false
			p.at++
		}
	}
	p.at++
	if plain {
		return string(p.body[start+1 : p.at-1])
	}
	var s string
	if json.Unmarshal(p.body[start:p.at], &s) != nil {
		return "" // cannot happen: the document is valid JSON
	}
	return s
}

func (p *jsonParser) list(v *Value, path string, depth int) error {
	for i := 0; p.more(']'); i++ {
		if p.objects && depth == 0 && i == MaxListed {
			return tooManyObjects(MaxListed)
		}
		at := path
		if ch := p.next(); ch == '[' || ch == '{' {
			at = p.element(path, i)
		}
		item, err := p.value(at, "", depth+1)
		if err != nil {
			return err
		}
		if item.Kind == String && strings.IndexByte(item.Text, 0) >= 0 {
			p.problems.Add(validate.Problem{Path: p.element(path, i), Code: validate.ControlCharacter})
		}
		v.Items = append(v.Items, item)
	}
	return nil
}

// element returns the path of the element i of the list at path. Inside a value whose name the API
// does not have, it returns path itself, which is then the path of the object that contains the
// name.
func (p *jsonParser) element(path string, i int) string {
	if p.hidden > 0 {
		return path
	}
	return validate.Element(path, i)
}

func (p *jsonParser) object(v *Value, path string, depth int) error {
	for p.more('}') {
		p.next()
		name := p.string()
		p.next()
		p.at++ // the colon
		member, err := p.value(path, name, depth+1)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, member)
	}
	p.addDuplicates(v.Items, path)
	return nil
}

// more reports whether another element or member follows. It reads the comma before the next one,
// or the closing bracket end.
func (p *jsonParser) more(end byte) bool {
	switch p.next() {
	case end:
		p.at++
		return false
	case ',':
		p.at++
	}
	return true
}
