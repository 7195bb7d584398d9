package user

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// libraryOwned are the parts of a User that no attribute stands for, and why only the library
// names them.
var libraryOwned = map[string]string{
	"/id":                      "given by the library, never changed",
	"/version":                 "the revision of the change itself",
	"/configVersion":           "the revision of a change itself",
	"/credentials/signInStamp": "the revision of a change itself",
	"/presence/since":          "follows from the status",
	"/presence/callId":         "goes with a status, is no state of its own",
	"/lifecycle/erased":        "follows from the deletion",
	"/lifecycle/holdUntil":     "follows from the deletion and the account's policy",
}

// leaf is one field of a group of User.
type leaf struct {
	pointer string
	index   []int
}

// leaves walks the struct type as encoding/json does: a group is a struct of this package that is a
// field of User.
func leaves(t *testing.T) []leaf {
	t.Helper()
	var list []leaf
	root := reflect.TypeFor[User]()
	for i := range root.NumField() {
		f := root.Field(i)
		if f.Type.Kind() != reflect.Struct || f.Type == reflect.TypeFor[Custom]() {
			list = append(list, leaf{"/" + jsonName(t, f), f.Index})
			continue
		}
		for j := range f.Type.NumField() {
			g := f.Type.Field(j)
			list = append(list, leaf{"/" + jsonName(t, f) + "/" + jsonName(t, g), []int{i, j}})
		}
	}
	return list
}

func jsonName(t *testing.T, f reflect.StructField) string {
	t.Helper()
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "" || name == "-" {
		t.Fatalf("%s has no name in JSON", f.Name)
	}
	return name
}

func TestNoFieldOfAUserIsForgotten(t *testing.T) {
	paths := map[string]Attribute{}
	for a := range AllAttributes().All() {
		paths[a.Path()] = a
	}
	owned := maps.Clone(libraryOwned)
	for _, l := range leaves(t) {
		a, isAttribute := paths[l.pointer]
		reason, isOwned := owned[l.pointer]
		if isAttribute == isOwned {
			t.Errorf("%s: an attribute: %v, the library's own: %v (%s); want one of both", l.pointer, isAttribute, isOwned, reason)
			continue
		}
		full, less := crowded(), crowded()
		field := reflect.ValueOf(&less).Elem().FieldByIndex(l.index)
		if field.IsZero() {
			t.Errorf("%s: the test's user lacks it", l.pointer)
		}
		field.SetZero()
		if full.Equal(less) || less.Equal(full) {
			t.Errorf("%s: Equal does not look at it", l.pointer)
		}
		want := Attributes(0)
		if isAttribute {
			want = AttributesOf(a)
		}
		if got := ChangedAttributes(full, less); got != want {
			t.Errorf("%s: Differing = %v, want %v", l.pointer, got, want)
		}
		delete(paths, l.pointer)
		delete(owned, l.pointer)
	}
	if len(paths) > 0 || len(owned) > 0 {
		t.Errorf("no field of a user stands behind %v, %v", paths, owned)
	}
}

func TestNoFieldOfAPatchIsForgotten(t *testing.T) {
	fields := reflect.TypeFor[Patch]()
	if fields.NumField() != int(numPatched) {
		t.Errorf("a patch has %d fields, and there are %d attributes to patch", fields.NumField(), numPatched)
	}
	u := crowded()
	for a := range Patchable().All() {
		var p Patch
		attributes[a].keep(&p, &u)
		if got := p.Attributes(); got != AttributesOf(a) {
			t.Errorf("the patch that sets %v names %v", a, got)
		}
		for i := range fields.NumField() {
			set := !reflect.ValueOf(p).Field(i).IsZero()
			if is := strings.EqualFold(fields.Field(i).Name, a.String()); is != set {
				t.Errorf("%v: field %s set: %v", a, fields.Field(i).Name, set)
			}
		}
		if rest := p.Keeping(AllAttributes()); rest.Attributes() != 0 {
			t.Errorf("Keeping(%v) leaves %v", a, rest.Attributes())
		}
	}
}

func TestAttributesAreASet(t *testing.T) {
	s := AttributesOf(AttrMaxChats, AttrLogin)
	if !s.Has(AttrLogin) || s.Has(AttrEmail) || s.Len() != 2 || s.String() != "login,maxChats" {
		t.Error(s)
	}
	if got := s.With(AttributesOf(AttrEmail)).Without(AttributesOf(AttrLogin)); got != AttributesOf(AttrEmail, AttrMaxChats) {
		t.Error(got)
	}
	if !s.HasAny(AttributesOf(AttrLogin, AttrEmail)) || s.HasAny(AttributesOf(AttrEmail)) {
		t.Error("HasAny")
	}
	for a := range s.All() {
		if a != AttrLogin {
			t.Errorf("the first is %v", a)
		}
		break
	}
	if !AllAttributes().Has(AttrDeleted) || Patchable().Has(AttrPassword) || !Patchable().Has(AttrParentAccounting) {
		t.Error("AllAttributes, Patchable")
	}
	if got := Attributes(1 << 63).String(); got != "attribute(63)" {
		t.Error(got)
	}
	encoded := must(json.Marshal(AllAttributes()))
	var back Attributes
	if err := json.Unmarshal(encoded, &back); err != nil || back != AllAttributes() {
		t.Errorf("%s reads as %v, %v", encoded, back, err)
	}
	if err := json.Unmarshal([]byte(`["login","nothing"]`), &back); err == nil {
		t.Error("read an attribute called nothing")
	}
}

func TestResetReadsBack(t *testing.T) {
	want := Reset{Rule: "agent-lost", Attribute: AttrMaxChats, Before: val(`4`)}
	encoded, err := json.Marshal(want)
	if err != nil || string(encoded) != `{"rule":"agent-lost","attribute":"maxChats","before":4}` {
		t.Fatalf("%s, %v", encoded, err)
	}
	var got Reset
	if err := json.Unmarshal(encoded, &got); err != nil || got != want {
		t.Error(got, err)
	}
}

func TestDifferencesHaveDifferentWords(t *testing.T) {
	diff := Diff(User{}, crowded())
	if want := int(numAttributes) - 1 + crowded().Custom.Len(); len(diff) != want {
		t.Errorf("%d differences, want all %d", len(diff), want)
	}
	for _, d := range diff {
		if d.Before == d.After || d.After.IsZero() {
			t.Errorf("%v: %q, %q", d.Attribute, d.Before, d.After)
		}
	}
	// Differences that a shorter wording would hide.
	base := crowded()
	for name, change := range map[string]func(*User){
		"another reservation":   func(u *User) { u.Capacity.Reservations = ListOf(Reservation{"mail", noon}) },
		"locked by another":     func(u *User) { u.Presence.Lock.By = 6 },
		"an unlocked lock's By": func(u *User) { u.Presence.Lock = StatusLock{By: 6} },
	} {
		u := base
		change(&u)
		if diff := Diff(base, u); len(diff) != 1 || diff[0].Before == diff[0].After {
			t.Errorf("%s: %v", name, diff)
		}
	}
}

func TestTimesAreEqualInEveryZone(t *testing.T) {
	u, v := crowded(), crowded()
	zone := noon.In(noonZone)
	v.Management = Management{ListOf(Assignment{1, zone}, Assignment{2, zone})}
	v.Capacity.Reservations = ListOf(Reservation{"chat", u.Capacity.Reservations.Slice()[0].Until.In(noonZone)})
	v.Lifecycle.Updated = v.Lifecycle.Updated.In(noonZone)
	if !u.Equal(v) || ChangedAttributes(u, v) != 0 {
		t.Errorf("differ in %v", ChangedAttributes(u, v))
	}
	v.Management = Management{ListOf(Assignment{1, zone}, Assignment{2, zone.Add(1)})}
	if u.Equal(v) {
		t.Error("the date of an assignment does not count")
	}
}

// Only shows each attribute alone, and nothing but the id and the version without one.
func TestOnly(t *testing.T) {
	u := crowded()
	u.Presence.Lock = StatusLock{Locked: true, By: 3, At: noon}
	zero := User{ID: u.ID, Version: u.Version}
	if got := u.Only(0); !got.Equal(zero) || got.Credentials != (Credentials{}) || got.Lifecycle != (Lifecycle{}) ||
		got.Presence != (Presence{}) || got.ConfigVersion != 0 {
		t.Errorf("of no attribute: %+v", got)
	}
	for a := range AllAttributes().All() {
		got := u.Only(AttributesOf(a))
		if !attributes[a].equal(&got, &u) {
			t.Errorf("%s is left out", a)
		}
		hidden := ChangedAttributes(got, zero).Without(AttributesOf(a))
		if a == AttrGranted || a == AttrRoles {
			hidden = hidden.Without(AttributesOf(AttrGranted, AttrRoles))
		}
		if hidden != 0 {
			t.Errorf("%s shows %s too", a, hidden)
		}
	}
	if got := u.Only(AllAttributes()); ChangedAttributes(got, u) != 0 {
		t.Errorf("of all attributes, %s are left out", ChangedAttributes(got, u))
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := must(os.ReadFile(path))
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s (go test ./user -update writes it anew):\n%s", path, d)
	}
}

// TestAttributeTable prints the model as a table for people.
func TestAttributeTable(t *testing.T) {
	var b strings.Builder
	b.WriteString("# The attributes of a user\n\n")
	b.WriteString("A patch can name the patchable ones; the others are the library's to set. A change of configuration raises the\n")
	b.WriteString("user's ConfigVersion. Made by a test: do not edit.\n\n")
	b.WriteString("| attribute | group | path | patchable | configuration | reset by |\n|---|---|---|---|---|---|\n")
	for a := range AllAttributes().All() {
		var rules []string
		for _, rule := range DefaultTransitions() {
			if rule.Resets.Has(a) {
				rules = append(rules, rule.Name)
			}
		}
		in := func(s Attributes) string {
			if s.Has(a) {
				return "yes"
			}
			return "no"
		}
		fmt.Fprintf(&b, "| %v | %s | `%s` | %s | %s | %s |\n", a, strings.Split(a.Path(), "/")[1], a.Path(), in(Patchable()),
			in(Configuration()), strings.Join(rules, ", "))
	}
	golden(t, "attributes.golden.md", b.String())
}
