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

func TestDurationsAreText(t *testing.T) {
	var d duration
	if err := d.UnmarshalText([]byte("720h0m0s")); err != nil || time.Duration(d) != 720*time.Hour {
		t.Errorf("%v, %v", time.Duration(d), err)
	}
	if err := d.UnmarshalText([]byte("a month")); err == nil {
		t.Errorf("a month is %v", time.Duration(d))
	}
}

func TestAccountAsJSON(t *testing.T) {
	a := Account{ID: "acme", Currency: "USD", Overdraft: 56_700, ReservationTime: 30 * time.Second}
	a.Created = time.Date(2026, 1, 2, 3, 4, 5, 6_000, time.FixedZone("CET", 3600))
	a.NameReuse = NameReuse{Hold: time.Hour}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
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

func TestReferenceAsJSON(t *testing.T) {
	r := Reference{Kind: ReferenceProfile, ID: 3, Name: "Agents", Profile: Profile{Role: Agent}}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Reference
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back, r) {
		t.Errorf("%s reads back as %+v, %v", b, back, err)
	}
	if b, err := json.Marshal(Reference{Kind: 99}); err == nil {
		t.Errorf("kind 99 is written as %s", b)
	}
	if err := json.Unmarshal([]byte(`{"kind":"S3cret"}`), &back); err == nil || !reflect.DeepEqual(back, r) {
		t.Errorf("%+v, %v", back, err)
	}
}

func TestValues(t *testing.T) {
	for text, want := range map[string]string{
		`"a\nb"`: "a\nb", `"\u001f\u0020"`: "\x1f ", `"\"\\"`: `"\`, ` [ 1 , 2 ] `: "[1,2]", `{"b":1,"a":[true,null]}`: `{"a":[true,null],"b":1}`,
		"null": "", `""`: "", "[]": "", "0": "0", "-0": "0", "false": "false", "1.50": "1.50",
	} {
		var v, again Value
		if err := json.Unmarshal([]byte(text), &v); err != nil || v.String() != want || v.IsZero() != (want == "") {
			t.Errorf("%s is %q, %v", text, v, err)
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &again); err != nil || again != v || !again.Equal(v) {
			t.Errorf("%s reads back from %s as %s, %v", text, b, again, err)
		}
	}
	for _, text := range []string{`1e3`, `[1E3]`, `{"a":1e3}`, `"a\u0000"`, `{"a":1,"a":2}`, "\"\xff\"", `1 2`} {
		v := Value{"1"}
		if err := v.UnmarshalJSON([]byte(text)); err == nil || v.json != "1" {
			t.Errorf("%s is %s", text, v)
		}
	}
	if (Value{"1"}).Equal(Value{"2"}) {
		t.Error("1 equals 2")
	}
	var n int
	if err := (Value{"7"}).Decode(&n); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
	if err := (Value{`"x"`}).Decode(&n); err == nil {
		t.Error("x is a number")
	}
}
