package user

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestAmountsAreExactText(t *testing.T) {
	for n, text := range map[int64]string{
		0: "0", 1: "0.0001", 10: "0.001", 9_999: "0.9999", 10_000: "1", 56_700: "5.67", 100_000: "10",
		-1: "-0.0001", -56_700: "-5.67", math.MaxInt64: "922337203685477.5807", math.MinInt64: "-922337203685477.5808",
	} {
		got, err := amount(n).MarshalText()
		if err != nil || string(got) != text {
			t.Errorf("%d is written as %q, %v", n, got, err)
		}
		var back amount
		if err := back.UnmarshalText([]byte(text)); err != nil || int64(back) != n {
			t.Errorf("%q is read as %d, %v", text, back, err)
		}
	}
	var a amount
	if err := a.UnmarshalText([]byte("5.6700")); err != nil || a != 56_700 {
		t.Errorf("5.6700 is read as %d, %v", a, err)
	}
	for _, text := range []string{
		"", "-", ".", "1.", ".5", "-.5", "1.23456", "1e3", "+1", "1.-5", "--1", "1.2.3", " 1", "0x1", "1_000", "x",
		"922337203685477.5808", "-922337203685477.5809", "99999999999999999999",
	} {
		if err := a.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %d", text, a)
		}
	}
}

func TestAccountAsJSON(t *testing.T) {
	a := Account{ID: "acme", Currency: "USD", Overdraft: 56_700, ReservationTime: 30 * time.Second}
	a.Created = time.Date(2026, 1, 2, 3, 4, 5, 6_000, time.FixedZone("CET", 3600))
	a.NameReuse = NameReuse{Hold: time.Hour}
	b := must(json.Marshal(a))
	for _, member := range []string{
		`"overdraft":"5.67"`, `"reservationTime":"30s"`, `"hold":"1h0m0s"`, `"created":"2026-01-02T02:04:05.000006Z"`,
	} {
		if !strings.Contains(string(b), member) {
			t.Errorf("%s lacks %s", b, member)
		}
	}
	var back Account
	a.Created = a.Created.UTC()
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(a) {
		t.Errorf("%+v, %v, want %+v", back, err, a)
	}
	late := Account{Created: time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)}
	if b, err := json.Marshal(late); err == nil {
		t.Errorf("the year 10000 is written as %s", b)
	}
	if b, err := json.Marshal(Account{ID: "a\x00"}); err == nil {
		t.Errorf("a NUL is written as %s", b)
	}
	for _, text := range []string{
		`{"nick":"S3cret"}`, `{"overdraft":5}`, `{"id":"a","id":"b"}`, `{"created":"2026-01-02T02:04:05.0000001Z"}`, `{"created":"0000-01-01T00:00:00Z"}`,
	} {
		if err := json.Unmarshal([]byte(text), &back); err == nil || strings.Contains(err.Error(), "S3cret") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestSecretAsJSON(t *testing.T) {
	s := SecretOf("$now$", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "$before$", "$first$")
	b, err := MarshalSecret(s)
	if err != nil || string(b) != `{"hash":"$now$","changed":"2026-01-02T03:04:05Z","previous":["$before$","$first$"]}` {
		t.Errorf("%s, %v", b, err)
	}
	if back, err := UnmarshalSecret(b); err != nil || !back.Equal(s) {
		t.Errorf("%s reads back different, %v", b, err)
	}
	if _, err := MarshalSecret(SecretOf("S3cret\x00", time.Time{})); err == nil || strings.Contains(err.Error(), "S3cret") {
		t.Error(err)
	}
	if _, err := MarshalSecret(SecretOf("S3cret", time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC))); err == nil || strings.Contains(err.Error(), "S3cret") {
		t.Error(err)
	}
	for _, text := range []string{`{"hash":"S3cret","S3cret":1}`, `{"hash":"S3cret`, `{"changed":"S3cret"}`, `"redacted"`} {
		if back, err := UnmarshalSecret([]byte(text)); err == nil || strings.Contains(err.Error(), "S3") || !back.IsZero() {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// JSON that is no user is refused with a problem at each path; the text still names what is wrong.
func TestAUserIsDecodedWithProblems(t *testing.T) {
	for _, tt := range []struct {
		into     any
		in, want string
	}{
		{new(User), `{"access":{"roles":["agent","The Boss"]},"identity":{"kind":"cat"}}`, "/access/roles/1 invalid; /identity/kind unknown"},
		{new(User), `{"presence":{"status":"ready"},"capacity":{"maxChats":"4"}}`, "/capacity/maxChats invalid; /presence/status unknown"},
		{new(User), `{"names":{"S3cret":1},"nick":1}`, " unknown; /names unknown"},
		{new(User), `{"preferences":{"campaigns":[{"name":"a"},{"S3cret":1}]}}`, "/preferences/campaigns/1 unknown"},
		{new(User), `{"capacity":{"skills":[1,"a"]}}`, "/capacity/skills invalid"},
		{new(User), `{"lifecycle":{"created":"yesterday"}}`, "/lifecycle/created invalid"},
		{new(User), `[1]`, " invalid"},
		{new(Account), `{"overdraft":"1.23456","reservationTime":"a month"}`, "/overdraft invalid; /reservationTime invalid"},
		{new(Account), `{"nameReuse":{"never":1}}`, "/nameReuse/never invalid"},
		{new(Reference), `{"kind":"cat","profile":{"role":"The Boss"}}`, "/kind unknown; /profile/role invalid"},
	} {
		got := strings.Join(problems(t, json.Unmarshal([]byte(tt.in), tt.into)), "; ")
		if got != tt.want || !reflect.ValueOf(tt.into).Elem().IsZero() {
			t.Errorf("%s: %s, want %s", tt.in, got, tt.want)
		}
	}
}
