package user

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAccountCheck(t *testing.T) {
	if err := (Account{ID: "acc-1", Currency: "USD"}).Check(); err != nil {
		t.Error(err)
	}
	full := Account{
		ID: "acc-1", Version: 3, Name: "Łódź B.V.", Currency: "EUR", Overdraft: maxOverdraft,
		DefaultMaxAsyncChats: MaxChatsLimit, NameReuse: NameReuse{Never: true, Hold: time.Hour},
		ReservationTime: time.Minute, MaxUsers: 1<<31 - 1, Created: noon,
	}
	if err := full.Check(); err != nil {
		t.Error(err)
	}
	full.CustomAttributes = CustomSchemaOf(CustomAttribute{Name: "a", Type: CustomBoolean})
	for i := range reflect.TypeFor[Account]().NumField() {
		other := full
		reflect.ValueOf(&other).Elem().Field(i).SetZero()
		if full.Equal(other) || !full.Equal(full) {
			t.Errorf("Equal does not look at the %s", reflect.TypeFor[Account]().Field(i).Name)
		}
	}
	for in, want := range map[time.Duration]time.Duration{0: 30 * time.Second, -1: 30 * time.Second, 1: 1} {
		if got := (Account{ReservationTime: in}).Reservation(); got != want {
			t.Errorf("a reservation time of %v is %v", in, got)
		}
	}
	bad := Account{
		ID: "a/b", Name: "two\nlines", Currency: "usd", Overdraft: -1, DefaultMaxAsyncChats: -1,
		NameReuse: NameReuse{Hold: -1}, ReservationTime: -1, MaxUsers: -1,
	}
	want := []string{
		"/currency unknown", "/defaultMaxAsyncChats out_of_range", "/id pattern", "/maxUsers out_of_range",
		"/name control_character", "/nameReuse/hold out_of_range", "/overdraft out_of_range",
		"/reservationTime out_of_range",
	}
	if d := cmp.Diff(want, problems(t, bad.Check())); d != "" {
		t.Error(d)
	}
	// RUR is read as RUB, and RUB is what is kept.
	if d := cmp.Diff([]string{"/currency unknown"}, problems(t, Account{ID: "a", Currency: "RUR"}.Check())); d != "" {
		t.Error(d)
	}
}

func TestReferenceCheck(t *testing.T) {
	for k := ReferenceApplication; k < endReferences; k++ {
		if err := (Reference{Kind: k, Name: "Sales, Łódź"}).Check(); err != nil {
			t.Errorf("%v: %v", k, err)
		}
	}
	bad := Reference{
		Kind: 0, ID: -1, Name: "", Description: "\x00", Profile: Profile{Role: "No Role"},
		Properties: ListOf(Property{"type", "SIP"}, Property{"a b", "\x00"}),
	}
	want := []string{
		"/description control_character", "/id out_of_range", "/kind unknown", "/name required", "/profile/role invalid",
		"/properties/1/name pattern", "/properties/1/value control_character",
	}
	if d := cmp.Diff(want, problems(t, bad.Check())); d != "" {
		t.Error(d)
	}
}

func TestReferenceIsAValue(t *testing.T) {
	full := Reference{
		Kind: ReferenceProfile, ID: 5, Version: 2, Name: "Agents", Description: "who answer", Profile: Profile{Agent},
		AutoLink: true, Properties: ListOf(Property{"vendor", "Polycom"}),
	}
	b, err := json.Marshal(full)
	if err != nil || !strings.Contains(string(b), `"profile":{"role":"agent"}`) {
		t.Fatalf("%s, %v", b, err)
	}
	var back Reference
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(full) {
		t.Errorf("%s reads as %v, %v", b, back, err)
	}
	for i := range reflect.TypeFor[Reference]().NumField() {
		other := full
		reflect.ValueOf(&other).Elem().Field(i).SetZero()
		if full.Equal(other) {
			t.Errorf("Equal does not look at the %s", reflect.TypeFor[Reference]().Field(i).Name)
		}
	}
	if full.Property("vendor") != "Polycom" || full.Property("model") != "" {
		t.Error("Property")
	}
	if (ReferenceKind)(0).Valid() || endReferences.Valid() || !ReferenceView.Valid() {
		t.Error("Valid")
	}
}

// Voximplant 109: "Exceeded the user number limit per account".
func TestAnAccountHasRoomForAsManyUsersAsItMayHave(t *testing.T) {
	for _, tt := range []struct {
		most, live, more int
		full             bool
	}{
		{0, 1 << 40, 1 << 40, false}, {3, 2, 1, false}, {3, 2, 2, true}, {3, 3, 0, false}, {3, 3, 1, true}, {3, 5, 1, true},
		{1, 1, 1, true}, {1<<31 - 1, 1, 1<<63 - 1, true},
	} {
		if err := (Account{MaxUsers: tt.most}).CheckRoom(tt.live, tt.more); errors.Is(err, ErrTooManyUsers) != tt.full || (err == nil) == tt.full {
			t.Errorf("%d of %d and %d more: %v", tt.live, tt.most, tt.more, err)
		}
	}
}

// TestAProfileInUseKeepsItsRole checks that a profile that a user has, deleted or not, keeps its
// role.
func TestAProfileInUseKeepsItsRole(t *testing.T) {
	gives := func(kind ReferenceKind, role Role) Reference {
		return Reference{Kind: kind, ID: 1, Name: "a", Profile: Profile{Role: role}}
	}
	agents := gives(ReferenceProfile, Agent)
	for _, tt := range []struct {
		name       string
		ref, next  Reference
		users      int
		kept, gone error // of CheckReplace and of CheckDelete
	}{
		{"no user has it", agents, gives(ReferenceProfile, Admin), 0, nil, nil},
		{"another role", agents, gives(ReferenceProfile, Admin), 1, ErrInUse, ErrInUse},
		{"no role", agents, Reference{Kind: ReferenceProfile, ID: 1}, 1, ErrInUse, ErrInUse},
		{"another name", agents, Reference{Kind: ReferenceProfile, ID: 1, Name: "b", Profile: agents.Profile}, 1, nil, ErrInUse},
		{"a first role", Reference{Kind: ReferenceProfile, ID: 1}, agents, 1, ErrInUse, ErrInUse},
		{"a skill", gives(ReferenceSkill, Agent), gives(ReferenceSkill, Admin), 1, nil, nil},
		{"what was not there", Reference{}, agents, 1, nil, nil},
	} {
		if err := tt.ref.CheckReplace(tt.next, tt.users); !errors.Is(err, tt.kept) {
			t.Errorf("%s: replaced: %v, want %v", tt.name, err, tt.kept)
		}
		if err := tt.ref.CheckDelete(tt.users); !errors.Is(err, tt.gone) {
			t.Errorf("%s: deleted: %v, want %v", tt.name, err, tt.gone)
		}
	}
}

// Roles come from profiles that give one, and from no other piece of reference data.
func TestRolesOfAPiece(t *testing.T) {
	gives, plain := Profile{Role: Agent}, Profile{}
	for _, tt := range []struct {
		ref  Reference
		want Roles
	}{
		{Reference{Kind: ReferenceProfile, ID: 1, Profile: gives}, RolesOf(Agent)},
		{Reference{Kind: ReferenceProfile, ID: 1, Profile: plain}, Roles{}},
		{Reference{Kind: ReferenceSkill, ID: 1, Profile: gives}, Roles{}},
		{Reference{Kind: ReferenceGroup, ID: 1}, Roles{}},
	} {
		if got := tt.ref.Roles(); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.ref, got, tt.want)
		}
	}
}
