package vendorhttp

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// anyOf is a value as encoding/json gives it, numbers as they were written.
func anyOf(v Value) any {
	switch v.Kind {
	case Null:
		return nil
	case Bool:
		return v.Text == "true"
	case Number:
		return json.Number(v.Text)
	case List:
		list := []any{}
		for _, item := range v.Items {
			list = append(list, anyOf(item))
		}
		return list
	case Object:
		object := map[string]any{}
		for _, item := range v.Items {
			object[item.Name] = anyOf(item)
		}
		return object
	}
	return v.Text
}

// FuzzParseJSON: what is read is what encoding/json reads, or is refused for a bound that this
// parser has and that one has not.
func FuzzParseJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-0.5e+3,true,false,null,"x\u0000\"\\\n"],"b":{}, "c" : [ ] }`, " \t\r\n[ {} , [] ] \n", `"\ud83d\ude00\ud83d"`, `{"a":1,"a":2}`,
		"{\"\xff\":\"\xfe\"}", strings.Repeat("[", 17) + strings.Repeat("]", 17), `{} {}`, `{`, ``, `01`, `nul`, `{"":{"":""}}`, `"\`, `12`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var problems Values
		got, err := parseJSON([]byte(s), &problems, false)
		dec := json.NewDecoder(strings.NewReader(s))
		dec.UseNumber()
		var want any
		valid := json.Valid([]byte(s)) && dec.Decode(&want) == nil
		if err != nil {
			if valid && !deep(want, 0) && len(s) < maxMembers {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		if d := cmp.Diff(want, anyOf(got)); d != "" || !valid {
			t.Errorf("%q (-want +got):\n%s", s, d)
		}
	})
}

func deep(v any, depth int) bool {
	if depth > maxDepth {
		return true
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if deep(item, depth+1) {
				return true
			}
		}
	case map[string]any:
		for _, item := range v {
			if deep(item, depth+1) {
				return true
			}
		}
	}
	return false
}
