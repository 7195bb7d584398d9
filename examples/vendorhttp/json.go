package vendorhttp

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// maxDepth bounds how deep lists and objects lie in one another.
const maxDepth = 16

// parseJSON reads one JSON document, in the order in which it is written. It refuses what
// encoding/json would mend: text that is not UTF-8, and something behind the document. A name
// twice in one object is a problem.
//
// That the text is JSON at all is for encoding/json to say. What is left is to cut it where it is
// to be cut, which costs a fifth of json.Decoder.Token.
//
// With objects it takes a list of MaxListed objects. Errors: ErrMalformed; ErrTooLarge.
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

// jsonParser reads a body that is valid JSON.
type jsonParser struct {
	*Values
	body  []byte
	at    int
	text  bool // the body is UTF-8
	count int

	most    int  // how many values there may be
	objects bool // it is a list of objects
}

// next skips white space and returns the byte behind it.
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

// value reads the next value; path is that of what holds it.
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

// container reads a list or an object behind its bracket. What lies below an unknown name is
// reported at the path of what holds that name.
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

// word reads what is neither text nor list nor object.
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

// string reads a text. What is returned shares nothing with the body: a name that is stored must
// not keep a whole request in memory.
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
		return "" // never: it is a text in a valid document
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

// element returns the path of an element, that of what holds the unknown name if the list lies
// below one.
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
	p.twice(v.Items, path)
	return nil
}

// more reports whether there is another element, and leaves the parser before it, or behind the
// closing bracket.
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
