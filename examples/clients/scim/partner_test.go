// Package scim_test compares the example with two SCIM libraries of others, scim-patch and scimmy:
// the same random PATCHes and filters on the same resources give the same results.
package scim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/scim"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// needNode returns the program node. The libraries are installed by "npm ci" in this folder. Where
// they or Node.js are missing the test is skipped, but not with CI=true.
func needNode(t *testing.T) string {
	t.Helper()
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing("Node.js is not installed: %v", err)
	}
	if _, err := os.Stat("node_modules/scim-patch"); err != nil {
		missing("the libraries are not installed: run npm ci in examples/clients/scim (%v)", err)
	}
	return node
}

// object is a resource or an operation.
type object = map[string]any

// server sends requests to the example.
type server struct {
	*testing.T
	do func(method, path string, body any) (int, object)
}

func newServer(t *testing.T) server {
	t.Helper()
	dir := roster.New(memstore.New())
	host := dir.As("acme", roster.SystemActor())
	if _, err := host.CreateAccount(t.Context(), user.Account{Currency: "USD"}); err != nil {
		t.Fatal(err)
	}
	owner := user.User{Identity: user.Identity{Login: "owner"}, Access: user.Access{Granted: user.RolesOf(user.Owner)}}
	if _, err := host.Create(t.Context(), roster.CreateParams{User: owner}); err != nil {
		t.Fatal(err)
	}
	credentials := vendorhttp.NewCredentials()
	if err := credentials.AddKey(vendorhttp.Key{Vendor: scim.SCIM, Secret: roster.PasswordOf("token"), Account: "acme", User: 1}); err != nil {
		t.Fatal(err)
	}
	handler := scim.New(dir, credentials, scim.Options{BaseURL: "https://cc.example"})
	return server{t, func(method, path string, body any) (int, object) {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(method, scim.Base+path, strings.NewReader(string(text)))
		r.Header.Set("Authorization", "Bearer token")
		r.Header.Set("Content-Type", "application/scim+json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		var reply object
		if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil {
			t.Fatal(err, w.Body)
		}
		return w.Code, reply
	}}
}

// result is what a library made of a PATCH or of a filter.
type result struct {
	Result any    `json:"result"`
	Error  string `json:"error"`
}

// run runs the libraries.
func run(t *testing.T, node string, input object) (out struct{ Patches, Filters []result }) {
	t.Helper()
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "input.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	reply, err := exec.CommandContext(ctx, node, "run.mjs", file).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, reply)
	}
	if err := json.Unmarshal(reply, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// plain removes what only the server sets, and what RFC 7643 section 2.5 makes equal to nothing:
// empty lists and objects. Values of a list are in an order of their own.
func plain(v any) any {
	switch v := v.(type) {
	case object:
		o := object{}
		for name, value := range v {
			if slices.Contains([]string{"meta", "schemas", "display", "primary", "formatted"}, name) {
				continue
			}
			if value = plain(value); value != nil {
				o[name] = value
			}
		}
		if len(o) == 0 {
			return nil
		}
		return o
	case []any:
		var list []any
		for _, item := range v {
			if item = plain(item); item != nil {
				list = append(list, item)
			}
		}
		if list == nil {
			return nil
		}
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		return list
	}
	return v
}

const seed = 7

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// randomUser returns the body of a POST.
func randomUser(r *rand.Rand, n int) object {
	u := object{"schemas": []string{scim.UserSchema}, "userName": fmt.Sprintf("user%d", n), "active": pick(r, true, false), "externalId": fmt.Sprint(n % 7)}
	if r.IntN(2) == 0 {
		u["displayName"] = pick(r, "ann", "bob", "cy")
	}
	if r.IntN(2) == 0 {
		u["name"] = object{"givenName": pick(r, "ann", "bob"), "familyName": pick(r, "bee", "zed")}
	}
	if r.IntN(2) == 0 {
		u["emails"] = []object{{"value": pick(r, "ann", "bob") + "@mail.example", "type": "work"}}
	}
	if r.IntN(2) == 0 {
		u["phoneNumbers"] = []object{{"value": "+49301000", "type": "work"}, {"value": "+49170100", "type": "mobile"}}
	}
	return u
}

// randomOperation returns an operation of a PATCH.
func randomOperation(r *rand.Rand) object {
	name := pick(r, "ann", "bob", "cy", "dee")
	phone := pick(r, "+49301111", "+49302222")
	switch r.IntN(9) {
	case 0:
		return object{"op": pick(r, "add", "replace"), "path": pick(r, "displayName", "externalId", "name.givenName", "name.familyName"), "value": name}
	case 1:
		return object{"op": "remove", "path": pick(r, "displayName", "externalId", "name", "emails", "phoneNumbers")}
	case 2:
		return object{"op": pick(r, "add", "replace"), "path": "active", "value": pick(r, true, false)}
	case 3:
		return object{"op": pick(r, "add", "replace"), "value": object{"displayName": name, "active": true}}
	case 4:
		return object{"op": pick(r, "add", "replace"), "path": "name", "value": object{pick(r, "givenName", "familyName"): name}}
	case 5:
		return object{"op": "replace", "path": "emails", "value": []object{{"value": name + "@mail.example", "type": "work"}}}
	case 6:
		return object{"op": "remove", "path": pick(r, `phoneNumbers[type eq "work"]`, `phoneNumbers[type eq "mobile" and value eq "+49170100"]`)}
	case 7:
		return object{"op": pick(r, "add", "replace"), "path": pick(r, `phoneNumbers[type eq "work"].value`, `phoneNumbers[type eq "mobile"].value`), "value": phone}
	}
	return object{"op": "replace", "path": "phoneNumbers", "value": []object{{"value": phone, "type": pick(r, "work", "mobile")}}}
}

// patchDifferences are the cases in which scim-patch does something else, each with the sentence
// that says who is right.
var patchDifferences = []struct {
	sentence string
	applies  func(op object, status int, theirs result) bool
}{
	{
		"RFC 7644 section 3.5.2.3: if no record matches the filter, the server fails the request with noTarget; scim-patch adds a value",
		func(op object, status int, theirs result) bool {
			return op["op"] == "replace" && hasFilter(op) && status == 400 && theirs.Error == ""
		},
	},
	{
		"RFC 7644 section 3.5.2.2: noTarget is for a remove without a path; with a filter the values that match are removed, here none; scim-patch fails",
		func(op object, status int, theirs result) bool {
			return op["op"] == "remove" && hasFilter(op) && status == 200 && theirs.Error == "invalidSyntax"
		},
	},
}

func hasFilter(op object) bool {
	path, _ := op["path"].(string)
	return strings.Contains(path, "[")
}

// patchDifference returns the sentence that explains a difference, "" if none does.
func patchDifference(operations []object, status int, theirs result) string {
	for _, d := range patchDifferences {
		if slices.ContainsFunc(operations, func(op object) bool { return d.applies(op, status, theirs) }) {
			return d.sentence
		}
	}
	return ""
}

func TestPatchesAsScimPatch(t *testing.T) {
	node, s, r := needNode(t), newServer(t), rand.New(rand.NewPCG(seed, 1))
	type patch struct {
		Resource   object   `json:"resource"`
		Operations []object `json:"operations"`
	}
	var patches []patch
	var ours []object
	var statuses []int
	for n := range 500 {
		_, before := s.do("POST", "/Users", randomUser(r, n))
		p := patch{Resource: before}
		for range 1 + r.IntN(3) {
			p.Operations = append(p.Operations, randomOperation(r))
		}
		status, after := s.do("PATCH", "/Users/"+before["id"].(string), object{
			"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"}, "Operations": p.Operations,
		})
		patches, ours, statuses = append(patches, p), append(ours, after), append(statuses, status)
	}
	same, explained := 0, 0
	for i, theirs := range run(t, node, object{"patches": patches, "resources": []object{}, "filters": []string{}}).Patches {
		switch {
		case statuses[i] != 200 && theirs.Error != "", statuses[i] == 200 && reflect.DeepEqual(plain(ours[i]), plain(theirs.Result)):
			same++
		case patchDifference(patches[i].Operations, statuses[i], theirs) != "":
			explained++
		default:
			t.Errorf("%v of %v:\nours   %d %v\ntheirs %s %v", patches[i].Operations, plain(patches[i].Resource), statuses[i], plain(ours[i]), theirs.Error, plain(theirs.Result))
		}
	}
	t.Logf("%d the same, %d explained", same, explained)
	if same < 400 {
		t.Errorf("only %d are the same", same)
	}
}

// randomFilter returns a filter. Its values have no capitals, because scimmy's filters alone know
// no schema, and so not that RFC 7643 section 2.2 compares without regard to case.
func randomFilter(r *rand.Rand, depth int) string {
	if depth > 0 && r.IntN(2) == 0 {
		if r.IntN(4) == 0 {
			return "not (" + randomFilter(r, depth-1) + ")"
		}
		return randomFilter(r, depth-1) + pick(r, " and ", " or ") + randomFilter(r, depth-1)
	}
	switch r.IntN(5) {
	case 0:
		return "active eq " + pick(r, "true", "false")
	case 1:
		return pick(r, "displayName", "externalId", "emails", "phoneNumbers") + " pr"
	case 2:
		return pick(r, "displayName", "externalId") + pick(r, " eq ", " co ", " sw ", " ew ") + pick(r, `"ann"`, `"b"`, `"3"`)
	case 3:
		return "userName " + pick(r, "eq", "co", "sw", "ew", "gt", "lt", "ge", "le") + ` "user` + pick(r, "1", "17", "3", "42") + `"`
	}
	return "userName " + pick(r, "eq", "ne") + ` "user` + pick(r, "1", "17") + `"`
}

// filterDifferences are the filters that scimmy answers otherwise, each with the sentence that says
// who is right.
var filterDifferences = []struct {
	sentence string
	filter   *regexp.Regexp
	err      string
}{
	{
		"RFC 7644 section 3.4.2.2, pr: a match if the attribute has a non-empty or non-null value; scimmy fails for a resource without the attribute",
		regexp.MustCompile(`(emails|phoneNumbers) pr`), "TypeError",
	},
	{
		"RFC 7644 section 3.4.2.2, not: a match if the expression evaluates to false; scimmy negates the parts of the expression in parentheses one by one",
		regexp.MustCompile(`not \([^)]* (and|or) `), "",
	},
	{
		"RFC 7644 section 3.4.2.2, grammar: FILTER = *1\"not\" \"(\" FILTER \")\", so not may stand in not; scimmy refuses that",
		regexp.MustCompile(`not \(not \(`), "SCIMError",
	},
}

// filterDifference returns the sentence that explains a difference, "" if none does.
func filterDifference(filter string, theirs result) string {
	for _, d := range filterDifferences {
		if d.filter.MatchString(filter) && theirs.Error == d.err {
			return d.sentence
		}
	}
	return ""
}

func TestFiltersAsScimmy(t *testing.T) {
	node, s, r := needNode(t), newServer(t), rand.New(rand.NewPCG(seed, 2))
	for n := range 60 {
		s.do("POST", "/Users", randomUser(r, n))
	}
	_, list := s.do("GET", "/Users?count=1000", nil)
	var filters []string
	var ours [][]string
	for range 500 {
		filter := randomFilter(r, 2)
		status, found := s.do("GET", "/Users?count=1000&attributes=id&filter="+url.QueryEscape(filter), nil)
		if status != 200 {
			t.Fatalf("%s: %v", filter, found)
		}
		ids := []string{}
		for _, u := range found["Resources"].([]any) {
			ids = append(ids, u.(object)["id"].(string))
		}
		filters, ours = append(filters, filter), append(ours, ids)
	}
	same, explained := 0, 0
	for i, theirs := range run(t, node, object{"patches": []object{}, "resources": list["Resources"], "filters": filters}).Filters {
		if fmt.Sprint(theirs.Result) == fmt.Sprint(ours[i]) {
			same++
			continue
		}
		if filterDifference(filters[i], theirs) != "" {
			explained++
			continue
		}
		t.Errorf("%s:\nours   %v\ntheirs %s %v", filters[i], ours[i], theirs.Error, theirs.Result)
	}
	t.Logf("%d the same, %d explained", same, explained)
	if same < 350 {
		t.Errorf("only %d are the same", same)
	}
}
