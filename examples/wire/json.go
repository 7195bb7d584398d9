package wire

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ca74b63c/roster/validate"
)

// maxDepth bounds how deep lists and objects lie in one another.
const maxDepth = 16

// parseJSON reads one JSON document, in the order in which it is written. It refuses what encoding/json would mend: text
// that is not UTF-8, and something behind the document. A name twice in one object is a problem.
func parseJSON(body []byte, problems *validate.Collector) (Value, error) {
	if !utf8.Valid(body) {
		problems.Add(validate.Problem{Code: validate.InvalidUTF8})
	}
	p := jsonParser{dec: json.NewDecoder(bytes.NewReader(body)), problems: problems}
	p.dec.UseNumber()
	v, err := p.value("", "", 0)
	if err != nil {
		return Value{}, err
	}
	if _, err := p.dec.Token(); err != io.EOF {
		return Value{}, ErrMalformed
	}
	return v, nil
}

type jsonParser struct {
	dec      *json.Decoder
	problems *validate.Collector
	count    int
}

// value reads the next value; path is that of what holds it.
func (p *jsonParser) value(path, name string, depth int) (Value, error) {
	token, err := p.dec.Token()
	if err != nil || depth > maxDepth {
		return Value{}, ErrMalformed // the error of json may hold a piece of the text
	}
	return p.rest(token, path, name, depth)
}

func (p *jsonParser) rest(token json.Token, path, name string, depth int) (Value, error) {
	if p.count++; p.count > maxMembers {
		return Value{}, errTooMany
	}
	v := Value{Name: name}
	switch token := token.(type) {
	case string:
		v.Kind, v.Text = String, token
		if name != "" {
			checkText(path, name, token, p.problems)
		}
	case json.Number:
		v.Kind, v.Text = Number, token.String()
	case bool:
		v.Kind, v.Text = Bool, "false"
		if token {
			v.Text = "true"
		}
	case nil:
		v.Kind = Null
	case json.Delim:
		if name != "" {
			path = validate.Child(path, name)
		}
		if token == '[' {
			v.Kind = List
			return v, p.list(&v, path, depth)
		}
		v.Kind = Object
		return v, p.object(&v, path, depth)
	}
	return v, nil
}

func (p *jsonParser) list(v *Value, path string, depth int) error {
	for i := 0; p.dec.More(); i++ {
		item, err := p.element(path, i, depth+1)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, item)
	}
	return p.end()
}

// element reads an element of a list: its path has the index, its name is empty.
func (p *jsonParser) element(path string, i, depth int) (Value, error) {
	token, err := p.dec.Token()
	if err != nil || depth > maxDepth {
		return Value{}, ErrMalformed
	}
	if _, ok := token.(json.Delim); ok {
		path = validate.Element(path, i)
	}
	v, err := p.rest(token, path, "", depth)
	if v.Kind == String && strings.IndexByte(v.Text, 0) >= 0 {
		p.problems.Add(validate.Problem{Path: validate.Element(path, i), Code: validate.ControlCharacter})
	}
	return v, err
}

func (p *jsonParser) object(v *Value, path string, depth int) error {
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return ErrMalformed
		}
		name, ok := token.(string)
		if !ok {
			return ErrMalformed
		}
		member, err := p.value(path, name, depth+1)
		if err != nil {
			return err
		}
		v.Items = append(v.Items, member)
	}
	twice(v.Items, path, p.problems)
	return p.end()
}

// end reads the closing bracket.
func (p *jsonParser) end() error {
	if _, err := p.dec.Token(); err != nil {
		return ErrMalformed
	}
	return nil
}
