package vendorhttptest

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
)

// cover fails for each call of the vendor's document that no endpoint makes.
func cover(t *testing.T, p *permission.Policy, endpoints []Endpoint) {
	t.Helper()
	missing := map[string]bool{}
	for o := range p.Operations() {
		missing[o.Name] = true
	}
	for _, e := range endpoints {
		delete(missing, operationOf(p, e))
	}
	for name := range missing {
		t.Errorf("%s gets no bad input", name)
	}
}

// operationOf returns the name of the document's call that an endpoint makes: the one of exactly
// its method and path, or else one in whose path "{id}" stands for a part, or one that is named as
// the path ends; "" if there is none.
func operationOf(p *permission.Policy, e Endpoint) string {
	path, _, _ := strings.Cut(e.Path, "?")
	exact := e.Method + " " + path
	if _, ok := p.Operation(exact); ok {
		return exact
	}
	path = strings.TrimRight(path, "/")
	for o := range p.Operations() {
		isWord := !strings.Contains(o.Name, " ")
		if matches(o.Name, exact) || isWord && strings.HasSuffix(path, "/"+o.Name) {
			return o.Name
		}
	}
	return ""
}

func matches(pattern, call string) bool {
	want, have := strings.Split(pattern, "/"), strings.Split(call, "/")
	if len(want) != len(have) {
		return false
	}
	for i, part := range want {
		if part != have[i] && !strings.HasPrefix(part, "{") {
			return false
		}
	}
	return true
}
