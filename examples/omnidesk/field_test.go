package omnidesk_test

import (
	"net/http"
	"net/url"
	"testing"
)

// none takes a parameter out.
const none = "\x00none"

// params is a form or a query; pairs override what base has.
func params(base string, pairs ...string) string {
	values, _ := url.ParseQuery(base)
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == none {
			values.Del(pairs[i])
		} else {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	return values.Encode()
}

// field checks one parameter of a call: what is taken, and the code for what is not, which changes
// nothing.
func field(method, path, base, name string, taken []string, refused map[string]string) func(*testing.T) {
	return func(t *testing.T) {
		for _, value := range taken {
			e := newEnv(t)
			if a := e.call(method, path, params(base, name, value)); a.Code != http.StatusOK {
				t.Errorf("%s=%q: status %d: %s", name, value, a.Code, a.Text)
			}
		}
		for value, code := range refused {
			e := newEnv(t)
			before := e.revision()
			e.refused(e.call(method, path, params(base, name, value)), http.StatusBadRequest, name+":"+code)
			if e.revision() != before {
				t.Errorf("%s=%q was refused and changed something", name, value)
			}
		}
	}
}

// needs checks that a call without a parameter is refused.
func needs(method, path, base string, names ...string) func(*testing.T) {
	return func(t *testing.T) {
		for _, name := range names {
			e := newEnv(t)
			before := e.revision()
			e.refused(e.call(method, path, params(base, name, none)), http.StatusBadRequest, name+":required")
			if e.revision() != before {
				t.Errorf("without %s something changed", name)
			}
		}
	}
}
