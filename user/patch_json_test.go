package user

import (
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

func TestPatchFromJSON(t *testing.T) {
	for doc, want := range map[string]Patch{
		`{}`:                                         {},
		`{"names":{}}`:                               {},
		` { "names" : { "first" : "Ann" } } `:        {FirstName: Set("Ann")},
		`{"names":{"first":""}}`:                     {FirstName: Set("")},
		`{"names":{"first":null}}`:                   {FirstName: Clear[string]()},
		`{"names":null}`:                             {FirstName: Clear[string](), LastName: Clear[string](), FullName: Clear[string](), DisplayName: Clear[string]()},
		`{"identity":{"kind":"bot"}}`:                {Kind: Set(Bot)},
		`{"access":{"disabled":true}}`:               {Enabled: Set(false)},
		`{"access":{"disabled":null}}`:               {Enabled: Clear[bool]()},
		`{"access":{"roles":["agent"],"groups":[]}}`: {Roles: Set(RolesOf(Agent)), Groups: Set(IDSet[GroupID]{})},
		`{"capacity":{"maxChats":4,"maxAsyncChats":null,"skills":[3,1,3]}}`: {
			MaxChats: Set(4), MaxAsyncChats: Clear[Optional](), Skills: Set(IDSetOf[SkillID](1, 3)),
		},
		`{"capacity":{"memberOf":{"group":7}}}`:               {MemberOf: Set[GroupID](7)},
		`{"capacity":{"memberOf":null}}`:                      {MemberOf: Clear[GroupID]()},
		`{"management":{"managerOf":[{"group":2}]}}`:          {ManagerOf: Set(IDSetOf[GroupID](2))},
		`{"preferences":{"statistics":[{"name":"ht"}]}}`:      {Statistics: Set(ListOf(Statistic{Name: "ht"}))},
		`{"presence":{"status":"ONLINE"},"billing":{}}`:       {Status: Set(Online)},
		`{"credentials":{"changeNextLogin":true},"names":{}}`: {ChangeNextLogin: Set(true)},
	} {
		var got Patch
		if err := json.Unmarshal([]byte(doc), &got); err != nil {
			t.Errorf("%s: %v", doc, err)
		} else if !reflect.DeepEqual(got, want) {
			b, _ := json.Marshal(got)
			t.Errorf("%s: read as %s", doc, b)
		}
	}
}

func TestPatchFromJSONRefuses(t *testing.T) {
	for doc, want := range map[string]string{
		`[]`:                          "the value is not valid",
		`null`:                        "the value is not valid",
		`{"nick":"S3cret"}`:           "the value has an unknown member",
		`{"names":{"S3cret":1}}`:      "/names: has an unknown member",
		`{"names":"S3cret"}`:          "/names: is not valid",
		`{"names":{"first":1}}`:       "/names/first: is not valid",
		`{"names":{"FIRST":"Ann"}}`:   "/names: has an unknown member",
		`{"id":7,"version":1}`:        "/id: is read-only; /version: is read-only",
		`{"lifecycle":{}}`:            "/lifecycle: is read-only",
		`{"presence":{"since":null}}`: "/presence/since: is read-only",
		`{"access":{"roles":["S3cret"],"granted":"agent"}}`:            "/access/granted: is not valid; /access/roles: is unknown",
		`{"identity":{"kind":"S3cret"},"presence":{"status":"S3"}}`:    "/identity/kind: is unknown; /presence/status: is unknown",
		`{"capacity":{"memberOf":{"group":7,"since":"2026-01-01"}}}`:   "/capacity/memberOf: is not valid",
		`{"capacity":{"memberOf":{}}}`:                                 "/capacity/memberOf: is not valid",
		`{"capacity":{"memberOf":{"group":null}}}`:                     "/capacity/memberOf: is not valid",
		`{"management":{"managerOf":[{"group":1},null]}}`:              "/management/managerOf: is not valid",
		`{"management":{"managerOf":[{}]}}`:                            "/management/managerOf: is not valid",
		`{"capacity":{"memberOf":7,"maxChats":1.5,"skills":[1.5]}}`:    "/capacity/maxChats: is not valid; /capacity/memberOf: is not valid; /capacity/skills: is not valid",
		`{"preferences":{"statistics":[{"name":"ht","S3cret":true}]}}`: "/preferences/statistics: is not valid",
		`{"names":{"first":"a","first":"b"}}`:                          "the value is not valid",
		"{\"names\":{\"first\":\"a\\u0000\"}}":                         "the value is not valid",
	} {
		p := Patch{Login: Set("before")}
		err := json.Unmarshal([]byte(doc), &p)
		var invalid *validate.Error
		if !errors.As(err, &invalid) || strings.TrimPrefix(err.Error(), "validate: ") != strings.TrimPrefix(want, ": ") {
			t.Errorf("%s: %v, want %s", doc, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "S3") || !reflect.DeepEqual(p, Patch{Login: Set("before")}) {
			t.Errorf("%s: %v, and the patch is %+v", doc, err, p)
		}
	}
}

// TestPatchToJSONRefusesWhatIsLost: a text that comes back as another one is an error.
func TestPatchToJSONRefusesWhatIsLost(t *testing.T) {
	for name, p := range map[string]Patch{
		"a byte that is not UTF-8": {FirstName: Set("a\xff")},
		"NUL":                      {FirstName: Set("a\x00")},
		"NUL in a list":            {Statistics: Set(ListOf(Statistic{Name: "a\x00"}))},
		"other custom attributes":  {Custom: ReplaceCustom(crowded().Custom)},
		"a kind that is none":      {Kind: Set(Kind(99))},
		"a status that is none":    {Status: Set(Status(99))},
	} {
		if b, err := json.Marshal(p); err == nil {
			t.Errorf("%s: %s", name, b)
		}
	}
}

// TestPatchJSONKnowsEveryMember fails on a member of the encoded user that a patch neither sets nor
// refuses as read-only.
func TestPatchJSONKnowsEveryMember(t *testing.T) {
	unseen := slices.Clone(readOnlyPaths)
	for _, l := range leaves(t) {
		settable := slices.ContainsFunc(attributes[:numPatched], func(r attributeRow) bool { return r.path == l.pointer })
		readOnly := slices.ContainsFunc(readOnlyPaths, func(path string) bool {
			return l.pointer == path || strings.HasPrefix(l.pointer, path+"/")
		})
		if settable == readOnly {
			t.Errorf("%s: settable %t, and read-only the same", l.pointer, settable)
		}
		unseen = slices.DeleteFunc(unseen, func(path string) bool { return strings.HasPrefix(l.pointer, path) })
	}
	if len(unseen) > 0 {
		t.Errorf("%v do not exist", unseen)
	}
}

func TestPatchJSONHasThreeStates(t *testing.T) {
	set, cleared := Replacement(crowded()), Patch{}
	set.Roles, set.Custom = Set(RolesOf(Agent)), CustomPatch{}.Set("site", TextValue("Berlin")).Clear("night")
	for a := range numPatched {
		if err := attributes[a].read(&cleared, []byte("null")); err != nil {
			t.Fatal(err)
		}
	}
	for name, p := range map[string]Patch{"kept": {}, "set": set, "cleared": cleared} {
		b := must(json.Marshal(p))
		var back Patch
		if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, p) {
			t.Errorf("%s: %s reads back as %+v, %v", name, b, back, err)
		}
		if name == "cleared" && back.Attributes() != 1<<numPatched-1 {
			t.Errorf("cleared only %v", back.Attributes())
		}
	}
}

// FuzzPatchJSON proves that decoding never panics, and that encoding what was decoded and decoding
// it again gives the same patch.
func FuzzPatchJSON(f *testing.F) {
	full := Replacement(crowded())
	full.Custom = CustomPatch{}.Set("site", TextValue("Berlin")).Clear("night")
	for _, p := range []Patch{{}, full, {MemberOf: Clear[GroupID](), Enabled: Set(false)}} {
		b, err := json.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"names":null,"access":{"roles":["agent"],"disabled":true},"capacity":{"memberOf":{"group":0}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var p, back Patch
		if err := json.Unmarshal(b, &p); err != nil {
			if json.Valid(b) && !errors.Is(err, validate.ErrInvalid) {
				t.Fatalf("%s: %v", b, err)
			}
			return
		}
		encoded := must(json.Marshal(p))
		if err := json.Unmarshal(encoded, &back); err != nil || !reflect.DeepEqual(p, back) {
			t.Fatalf("%s reads back as %+v, %v", encoded, back, err)
		}
	})
}
