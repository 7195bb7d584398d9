package vendorhttptest

import (
	"strings"
	"testing"

	"github.com/ca74b63c/roster/permission"
)

// cover fails the test t once for each operation of the policy p that none of the endpoints calls.
// The error names the operation. The test continues after the errors.
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

// operationOf returns the name of the operation in the policy p that a call of the endpoint e
// needs, or "" if there is none. It ignores the query of e.Path. The result is the operation whose
// name is the method and the path, such as "GET /users". If p has no such operation, the result is
// the first one whose path has placeholders such as {id} that fit, or whose name is the last
// segment of the path.
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
