package vendorhttp

import (
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// Reader returns typed values of a request and collects all problems. Each getter takes the names
// of one parameter. It returns false if the parameter is missing or its value is wrong. A parameter
// given under two of its names is a Conflict. Only one goroutine may use a Reader.
type Reader struct {
	// EmptyIsAbsent treats an empty text as a missing value (Voximplant's clients always send
	// user_id="").
	EmptyIsAbsent bool

	members  []Value
	path     string
	names    *Names
	problems *validate.Collector
	rows     []Parameter // see Takes
	aliased  bool        // some row has other names
	asked    []bool
	few      [few]bool // the memory of asked for a request with few values
}

// Reader returns the reader of the values. Each call returns the same reader and starts it again.
// The problems of the reader include those of the request's form.
func (v *Values) Reader() *Reader {
	v.reader.begin("", v.Members, v.names, &v.problems)
	return &v.reader
}

func (r *Reader) begin(path string, members []Value, names *Names, problems *validate.Collector) {
	*r = Reader{members: members, path: path, names: names, problems: problems}
	if r.asked = r.few[:]; len(members) > few {
		r.asked = make([]bool, len(members))
	}
}

// below returns a reader of the members of the object v. path is the path of v in the request. The
// new reader accepts only members that have a row in rows; without rows it accepts all members. The
// new reader adds its problems to the problems of r, and has the names and the EmptyIsAbsent of r.
func (r *Reader) below(path string, v Value, rows []Parameter) *Reader {
	b := new(Reader)
	b.begin(path, v.Items, r.names, r.problems)
	b.EmptyIsAbsent = r.EmptyIsAbsent
	b.Takes(rows)
	return b
}

// find returns the index in r.members of the first member that is the parameter with one of the
// given names. It returns -1 if there is none, or if the member's text is empty and
// r.EmptyIsAbsent is set. If the endpoint has a table of its parameters, a name must be in the
// table, and the table may add other names of the parameter.
//
// find marks every member with one of the names as read, so that Unknown leaves it out. If two
// members have different names of the parameter, find adds a problem Conflict at the later one,
// but only in its first call for this parameter.
func (r *Reader) find(names []string) int {
	found := -1
	names = r.namesOf(names)
	for i := range r.members {
		for _, name := range names {
			if r.members[i].Name != name || !r.has(name) {
				continue
			}
			switch {
			case r.asked[i]:
			case found >= 0 && r.members[found].Name != name:
				r.add(r.members[i].Name, validate.Conflict)
			}
			r.asked[i] = true
			if found < 0 {
				found = i
			}
		}
	}
	if found >= 0 && r.EmptyIsAbsent && r.members[found].Kind <= String && r.members[found].Text == "" {
		return -1
	}
	return found
}

func (r *Reader) add(name string, code validate.Code) {
	r.problems.Add(validate.Problem{Path: r.Path(name), Code: code})
}

// Path returns the JSON pointer of the parameter with the name in the request.
func (r *Reader) Path(name string) string { return validate.Child(r.path, name) }

// Problem adds a problem with the code at the parameter with the name.
func (r *Reader) Problem(name string, code validate.Code) { r.add(name, code) }

// Problems returns the collector of the problems, for rules of package validate. Paths that are
// added to it must be complete (see Path).
func (r *Reader) Problems() *validate.Collector { return r.problems }

// Err returns all problems so far as a *validate.Error, nil if there are none.
func (r *Reader) Err() error { return r.problems.Err() }

// Value returns the value of the parameter that has one of the given names, and true. The value can
// be of any kind, including null. Value returns false if there is no such parameter, or if the
// endpoint's table does not have it. If r.EmptyIsAbsent is set, an empty text counts as missing.
// Value marks the parameter as read, so that Reader.Unknown adds no problem for it. If the request
// has the parameter under two names, Value adds a problem Conflict.
func (r *Reader) Value(names ...string) (Value, bool) {
	i := r.find(names)
	if i < 0 {
		return Value{}, false
	}
	return r.members[i], true
}

// Has reports whether the request has the parameter with one of the given names. A parameter that
// is null was given. If r.EmptyIsAbsent is set, an empty text counts as missing.
func (r *Reader) Has(names ...string) bool { return r.find(names) >= 0 }

// Null reports whether the parameter with one of the given names was given and is null.
func (r *Reader) Null(names ...string) bool {
	v, ok := r.Value(names...)
	return ok && v.Kind == Null
}

// Require reports whether the parameter with one of the given names was given. A parameter that is
// null was given. If the parameter is missing, Require adds a problem Required at the path of
// names[0]. If r.EmptyIsAbsent is set, an empty text counts as missing.
func (r *Reader) Require(names ...string) bool {
	if r.Has(names...) {
		return true
	}
	r.add(names[0], validate.Required)
	return false
}

// given returns the value of the parameter with one of the names, and true. It returns false if the
// parameter is missing or null.
func (r *Reader) given(names []string) (Value, bool) {
	v, ok := r.Value(names...)
	return v, ok && v.Kind != Null
}

// Text returns the text of the parameter with one of the given names, and true. A JSON number is
// returned as it is written. Text returns "" and false if the parameter is missing or null. For a
// boolean, a list and an object, Text adds a problem Invalid and returns "" and false. It does the
// same if the endpoint's table gives the parameter a type other than TypeText and TypeDecimal.
func (r *Reader) Text(names ...string) (string, bool) {
	v, ok := r.typed(names, TypeText)
	if !ok {
		return "", false
	}
	if v.Kind == List || v.Kind == Object || v.Kind == Bool {
		r.add(v.Name, validate.Invalid)
		return "", false
	}
	return v.Text, true
}

// Int returns the whole number in the parameter with one of the given names. The value may be a
// JSON number or a text; see Value.Int. Int returns false if the parameter is missing or null. If
// the value is not a whole number, or if the parameter has another type in the table of the
// endpoint, Int adds a problem Invalid and returns false.
func (r *Reader) Int(names ...string) (int64, bool) {
	v, ok := r.typed(names, TypeInteger)
	if !ok {
		return 0, false
	}
	n, ok := v.Int()
	if !ok {
		r.add(v.Name, validate.Invalid)
	}
	return n, ok
}

// Bool returns the boolean in the parameter with one of the given names. The value may be a JSON
// boolean, a number or a text; see Value.Bool. ok is false if the parameter is missing or null. If
// the value is not a boolean, or if the parameter has another type in the table of the endpoint,
// Bool adds a problem Invalid and ok is false.
func (r *Reader) Bool(names ...string) (b, ok bool) {
	v, ok := r.typed(names, TypeBoolean)
	if !ok {
		return false, false
	}
	b, ok = v.Bool()
	if !ok {
		r.add(v.Name, validate.Invalid)
	}
	return b, ok
}

// Texts returns the list of texts in the parameter with one of the given names, and true. The value
// may be a JSON list, or one text with sep between the elements. A single number is a list of one.
// An empty text is the empty list.
//
// Texts returns nil and false if the parameter is missing or null. It adds a problem and returns
// nil and false for a value of another type, for another type in the endpoint's table, and for a
// text with too many elements. For an element that is not a text or a number, it adds a problem
// Invalid at the path of the element, and returns the list and false.
func (r *Reader) Texts(sep string, names ...string) ([]string, bool) {
	v, ok := r.typed(names, TypeTexts)
	if !ok {
		return nil, false
	}
	items, ok := v.split(sep)
	if !ok {
		r.noList(v, sep)
		return nil, false
	}
	list := make([]string, len(items))
	for i, item := range items {
		if item.Kind > Number {
			r.problems.Add(validate.Problem{Path: validate.Element(r.Path(v.Name), i), Code: validate.Invalid})
			ok = false
		}
		list[i] = item.Text
	}
	return list, ok
}

// Ints returns the list of whole numbers in the parameter with one of the given names, and true.
// The value may be a JSON list of numbers or texts, or one text such as "1,2" or "[1,2]". sep is
// the separator in the text, here a comma. A single number is a list of one. An empty text is the
// empty list.
//
// Ints returns nil and false if the parameter is missing or null. It adds a problem and returns nil
// and false for a value of another type, for another type in the endpoint's table, and for a text
// with too many elements. For an element that is not a whole number, it adds a problem Invalid at
// the path of the element, and returns the list and false.
func (r *Reader) Ints(sep string, names ...string) ([]int64, bool) {
	v, ok := r.typed(names, TypeIntegers)
	if !ok {
		return nil, false
	}
	items, ok := v.split(sep)
	if !ok {
		r.noList(v, sep)
		return nil, false
	}
	list := make([]int64, len(items))
	for i, item := range items {
		n, whole := item.Int()
		if !whole {
			r.problems.Add(validate.Problem{Path: validate.Element(r.Path(v.Name), i), Code: validate.Invalid})
			ok = false
		}
		list[i] = n
	}
	return list, ok
}

// noList adds the problem for v, a value that split does not accept: the range of allowed lengths
// if v has too many elements, and Invalid otherwise.
func (r *Reader) noList(v Value, sep string) {
	if n := strings.Count(v.Text, sep) + 1; n > maxMembers {
		r.problems.Range(r.Path(v.Name), int64(n), 0, maxMembers)
		return
	}
	r.add(v.Name, validate.Invalid)
}

// split returns the elements of a JSON list, or of a text with sep between the elements. It removes
// brackets around the text and spaces around each element. An empty text has no elements. split
// returns false for an object, a boolean, null and a text with more than maxMembers elements.
func (v Value) split(sep string) ([]Value, bool) {
	switch v.Kind {
	case List:
		return v.Items, true
	case Object, Bool, Null:
		return nil, false
	}
	text := strings.TrimSpace(v.Text)
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = text[1 : len(text)-1]
	}
	if text == "" {
		return nil, true
	}
	if strings.Count(text, sep) >= maxMembers {
		return nil, false
	}
	items := make([]Value, 0, strings.Count(text, sep)+1)
	for item := range strings.SplitSeq(text, sep) {
		items = append(items, Value{Text: strings.TrimSpace(item)})
	}
	return items, true
}

// Object returns a reader of the JSON object in the member with one of the given names. It returns
// false if the member is missing or null. If the value is not an object, or if the member has
// another type in the table of the endpoint, Object adds a problem Invalid to r and returns false.
func (r *Reader) Object(names ...string) (*Reader, bool) {
	v, ok := r.typed(names, TypeObject)
	if !ok {
		return nil, false
	}
	if v.Kind != Object {
		r.add(v.Name, validate.Invalid)
		return nil, false
	}
	return r.below(r.Path(v.Name), v, r.membersOf(v.Name)), true
}

// Objects returns one reader for each object of the JSON list in the parameter with one of the
// given names, and true. A single object counts as a list of one. Objects returns nil and false if
// the parameter is missing or null. For any other value, or if the table of the endpoint gives the
// parameter another type, Objects adds a problem Invalid and returns nil and false. If an element
// is not an object, Objects adds a problem Invalid at the path of the element, and returns the
// readers of the other elements and false.
func (r *Reader) Objects(names ...string) ([]*Reader, bool) {
	v, ok := r.typed(names, TypeObjects)
	if !ok {
		return nil, false
	}
	return r.objects(r.Path(v.Name), v, r.membersOf(v.Name))
}

func (r *Reader) objects(path string, v Value, rows []Parameter) ([]*Reader, bool) {
	if v.Kind == Object {
		return []*Reader{r.below(path, v, rows)}, true
	}
	if v.Kind != List {
		r.problems.Add(validate.Problem{Path: path, Code: validate.Invalid})
		return nil, false
	}
	list, ok := make([]*Reader, 0, len(v.Items)), true
	for i, item := range v.Items {
		at := validate.Element(path, i)
		if item.Kind != Object {
			r.problems.Add(validate.Problem{Path: at, Code: validate.Invalid})
			ok = false
			continue
		}
		list = append(list, r.below(at, item, rows))
	}
	return list, ok
}

// Readers returns one reader for each object in a document that Form.Document has read. many
// reports whether the document is a list. A document that is one object gives one reader, whose
// paths begin at "". The paths in an object of a list begin with the index of the object, such as
// "/3".
//
// If the document is missing or null, Readers adds a problem Required, and returns nil and false.
// For any other document, and for a list with an element that is not an object, Readers adds
// problems Invalid and returns no readers. Values.Err returns these problems.
func (v *Values) Readers() (list []*Reader, many bool) {
	if len(v.Members) != 1 || v.Members[0].Kind == Null {
		v.problems.Add(validate.Problem{Code: validate.Required})
		return nil, false
	}
	document := v.Members[0]
	list, ok := (&Reader{names: v.names, problems: &v.problems}).objects("", document, nil)
	if !ok {
		list = nil
	}
	return list, document.Kind == List
}
