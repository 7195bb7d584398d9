package user

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	const hash, old = "$argon2id$hash-now", "$argon2id$hash-before"
	s := Secret{Hash: hash, Previous: ListOf(old), Changed: noon}
	type holder struct {
		Name   string
		Secret Secret
		Point  *Secret
	}
	h := holder{"a", s, &s}
	var printed []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%T %v", "%10s", "%-5.2v", "nothing"} {
		args := []any{s}
		if verb == "%T %v" {
			args = []any{s, s}
		}
		printed = append(printed, fmt.Sprintf(verb, args...))
		printed = append(printed, fmt.Sprintf(verb, &s), fmt.Sprintf(verb, h), fmt.Sprintf(verb, []Secret{s}))
	}
	printed = append(printed, fmt.Sprint(s), fmt.Sprintln(h), s.String(), s.GoString(), fmt.Errorf("wrap %v", s).Error(),
		errors.New(s.String()).Error())
	for _, v := range []any{s, &s, h, map[string]Secret{"a": s}} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		printed = append(printed, string(b))
	}
	b, err := xml.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	printed = append(printed, string(b))
	var log bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewJSONHandler(&log, nil), slog.NewTextHandler(&log, nil)} {
		slog.New(handler).Info("changed", "secret", s, "pointer", &s, "holder", h, slog.Any("any", s), slog.Group("g", "s", s))
	}
	printed = append(printed, log.String())
	for _, text := range printed {
		if strings.Contains(text, "argon2id") || strings.Contains(text, "hash-") {
			t.Errorf("printed %s", text)
		}
	}
	for _, want := range []string{fmt.Sprint(s), fmt.Sprintf("%#v", s), s.String(), s.GoString(), s.LogValue().String()} {
		if want != "redacted" {
			t.Errorf("%q, want redacted", want)
		}
	}
	if b, err := json.Marshal(s); err != nil || string(b) != `"redacted"` {
		t.Errorf("%s, %v", b, err)
	}
	var back Secret
	if err := json.Unmarshal([]byte(`"redacted"`), &back); err == nil {
		t.Error("redacted reads as a secret")
	}
}

func TestSecretEqual(t *testing.T) {
	s := Secret{"now", ListOf("before"), noon}
	if !s.Equal(Secret{"now", ListOf("before"), noon.In(noonZone)}) {
		t.Error("the same instant in another zone")
	}
	for _, other := range []Secret{
		{"now", ListOf("before"), noon.Add(time.Microsecond)}, {"then", ListOf("before"), noon}, {"now", ListOf[string](), noon}, {},
	} {
		if s.Equal(other) {
			t.Error("equal to another secret")
		}
	}
	if !(Secret{}).IsZero() || s.IsZero() || (Secret{Previous: ListOf("a")}).IsZero() || !(Secret{Changed: noon}).IsZero() {
		t.Error("IsZero")
	}
}
