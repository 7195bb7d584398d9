package validate

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type color uint8

func (c *color) UnmarshalText(b []byte) error {
	if string(b) != "red" {
		return errors.New("no such color")
	}
	*c = 1
	return nil
}

type inner struct {
	Name   string  `json:"name"`
	Colors []color `json:"colors"`
}

type problematic struct{}

func (*problematic) UnmarshalJSON([]byte) error {
	return &Error{Problems: []Problem{{Path: "/deep", Code: Forbidden}}}
}

type outer struct {
	inner
	Name  int                `json:"name"` // takes the place of inner.Name
	One   *inner             `json:"one"`
	Many  []inner            `json:"many"`
	By    map[string]float64 `json:"by"`
	At    time.Time          `json:"at"`
	Own   *problematic       `json:"own"`
	Plain bool
	Gone  string `json:"-"`
}

// Every part that is wrong is a problem at its own path, and no problem repeats what was sent.
func TestUnmarshalSaysWhere(t *testing.T) {
	for text, want := range map[string]string{
		`{"name":"x"}`:          "/name invalid",
		`{"name":1.5}`:          "/name invalid",
		`{"one":{"name":1}}`:    "/one/name invalid",
		`{"one":7,"colors":{}}`: "/colors invalid; /one invalid",
		`{"many":[{"colors":["red"]},{"colors":["red","S3cret",4]}]}`: "/many/1/colors/1 unknown; /many/1/colors/2 invalid",
		`{"S3cret":1,"one":{"S3cret":{}}}`:                            " unknown; /one unknown",
		`{"at":"yesterday","by":{"a":""}}`:                            "/at invalid; /by invalid",
		`{"own":1}`:                                                   "/own/deep forbidden",
		`{"Gone":"x"}`:                                                " unknown",
		`{"plain":1}`:                                                 "/plain invalid",
		`[]`:                                                          " invalid",
		`{`:                                                           " invalid",
		``:                                                            " invalid",
		`{} {}`:                                                       " invalid",
		`{"plain":true,"plain":true}`:                                 " invalid",
		"{\"one\":{\"name\":\"\\u0000\"}}":                            " invalid",
	} {
		read := outer{Name: 4}
		err := Unmarshal([]byte(text), &read)
		var all *Error
		if !errors.As(err, &all) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var got []string
		for _, p := range all.Problems {
			got = append(got, p.Path+" "+string(p.Code))
		}
		if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" || read.Name != 4 || strings.Contains(err.Error(), "S3cret") {
			t.Errorf("%s: %v, read %+v %s", text, err, read, diff)
		}
	}
}

// What is right is read as encoding/json reads it.
func TestUnmarshalReads(t *testing.T) {
	const text = ` {"name":3,"colors":["red"],"one":null,"many":[{"name":"x"}],"by":{"a":1.5},"at":"2026-03-01T09:00:00Z","plain":true} `
	var got, want outer
	if err := errors.Join(Unmarshal([]byte(text), &got), json.Unmarshal([]byte(text), &want)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(outer{})); diff != "" {
		t.Error(diff)
	}
	for _, v := range []any{nil, outer{}, (*outer)(nil)} {
		if err := Unmarshal([]byte(`{}`), v); err == nil {
			t.Errorf("reads into %T", v)
		}
	}
}
