package user

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestValuesReadBack: the value of every attribute is what its JSON reads as, and an attribute that
// is not set has none.
func TestValuesReadBack(t *testing.T) {
	u, empty := crowded(), User{}
	always := AttributesOf(AttrKind, AttrAPIUser, AttrChangeNextLogin, AttrMaxChats, AttrStatus, AttrChatSound,
		AttrNotifyAssignment, AttrIncognito, AttrAutoAnswer, AttrEnabled, AttrDisabledManually, AttrParentAccounting)
	for a := range AllAttributes().All() {
		v := a.Value(u)
		encoded, err := json.Marshal(v)
		if err != nil || v.IsZero() {
			t.Errorf("%v: %s, %v", a, encoded, err)
		}
		if got := val(string(encoded)); got != v || !got.Equal(v) {
			t.Errorf("%v: %s reads as %s", a, encoded, got)
		}
		if got := a.Value(empty).IsZero(); got == always.Has(a) {
			t.Errorf("%v: a user without it has the value %q", a, a.Value(empty))
		}
	}
	if !numAttributes.Value(u).IsZero() {
		t.Error("no attribute has a value")
	}
	for a, want := range map[Attribute]string{
		AttrLogin: `"unique@gmail.com"`, AttrKind: `"bot"`, AttrAPIUser: `true`, AttrMaxChats: `4`, AttrMaxAsyncChats: `10`,
		AttrMemberOf: `1`, AttrManagerOf: `[1,2]`, AttrStatus: `"READY"`, AttrEnabled: `false`,
		AttrRoles: `["admin","agent","agent_manager"]`, AttrPassword: `"redacted"`, AttrCreated: `"2025-06-22T12:00:00Z"`,
		AttrStatusLock:   `{"at":"2025-06-22T12:00:00Z","by":5,"locked":true}`,
		AttrReservations: `[{"channel":"chat","until":"2025-06-22T13:00:00Z"}]`,
		AttrCampaigns:    `[{"active":true,"name":"spring"}]`,
	} {
		if got, _ := json.Marshal(a.Value(u)); string(got) != want {
			t.Errorf("%v: %s, want %s", a, got, want)
		}
	}
}

func TestValueDecodes(t *testing.T) {
	u := crowded()
	var group GroupID
	var groups IDSet[GroupID]
	var status Status
	var created time.Time
	for a, into := range map[Attribute]any{
		AttrMemberOf: &group, AttrManagerOf: &groups, AttrStatus: &status, AttrCreated: &created,
	} {
		if err := a.Value(u).Decode(into); err != nil {
			t.Errorf("%v: %v", a, err)
		}
	}
	if group != 1 || !groups.Equal(IDSetOf[GroupID](1, 2)) || status != Ready || !created.Equal(noon) {
		t.Error(group, groups, status, created)
	}
	if err := AttrStatus.Value(u).Decode(&group); err == nil {
		t.Error("a status reads as a group")
	}
	text := "kept"
	if err := (Value{}).Decode(&text); err != nil || text != "kept" {
		t.Errorf("null: %q, %v", text, err)
	}
}

func TestValueHasOneForm(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{` "a\u0062\/\n" `, `"ab/\n"`}, {`"<é\u2028\ud83d\ude00>"`, "\"<é\u2028😀>\""}, {`"\"\\"`, `"\"\\"`}, {`"\t"`, `"\u0009"`}, {`"\u0020"`, `" "`},
		{`[ 1 , 2.50, -0, 0.0 , -0.00]`, `[1,2.50,0,0.0,0.00]`}, {`{"b":{"d":null},"a":[]}`, `{"a":[],"b":{"d":null}}`}, {`[[[]],{}]`, `[[[]],{}]`},
		{`true`, `true`}, {`null`, ``}, {`""`, ``}, {` [ ] `, ``},
	} {
		var v Value
		if err := v.UnmarshalJSON([]byte(tt.in)); err != nil || v.json != tt.want || v.IsZero() != (tt.want == "") {
			t.Errorf("%s reads as %s, %v; want %s", tt.in, v.json, err, tt.want)
		}
	}
	for in, want := range map[string]string{`"a\nb"`: "a\nb", `"\u001f\u0020"`: "\x1f ", `"\"\\"`: `"\`, ` [ 1 , 2 ] `: "[1,2]", "false": "false", "null": ""} {
		if got := val(in).String(); got != want {
			t.Errorf("%s is the text %q, want %q", in, got, want)
		}
	}
	for _, in := range []string{
		``, `{`, `[1`, `"a`, `1 2`, `"\u0000"`, "\"\xff\"", `"\ud800"`, `"\udc00\ud800"`, `1e5`, `[1E-5]`, `{"a":1,"a":2}`, `{"a":1,"A":2}`,
		strings.Repeat("[", 200) + strings.Repeat("]", 200), strings.Repeat("[", 34) + strings.Repeat("]", 34),
		strings.Repeat("9", 101), `{"a":[-0.` + strings.Repeat("0", 100) + `]}`,
	} {
		v := val(`"before"`)
		if err := v.UnmarshalJSON([]byte(in)); err == nil || v != val(`"before"`) {
			t.Errorf("%.40s reads as %s, %v", in, v.json, err)
		}
	}
	if id := GroupID(12); valueOf(&id) != val("12") {
		t.Error("a group is no decimal number")
	}
	if got := textValue("a\x00b\xffc"); got != textValue("a\uFFFDb\uFFFDc") {
		t.Errorf("a text that no storage keeps is the value %q", got)
	}
}

func FuzzValue(f *testing.F) {
	for _, s := range []string{`"a"`, `[1,2]`, `{"a":{"b":[true,null,1.5]}}`, `"\ud83d\ude00\u0000"`, `-0.0`, "\"\xff\"", `{"":1,"":2}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		var v, again Value
		if v.UnmarshalJSON([]byte(in)) != nil {
			return
		}
		if !json.Valid([]byte(in)) {
			t.Fatalf("%q is read and is not JSON", in)
		}
		encoded, err := json.Marshal(v)
		if err != nil || json.Unmarshal(encoded, &again) != nil || again != v {
			t.Fatalf("%q: %s comes back as %s, %v", in, encoded, again, err)
		}
		_ = v.String()
	})
}
