package usertable

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzReader checks that every file is read to its end or refused, and that each row has a patch
// that can be encoded and a line that is in the file.
func FuzzReader(f *testing.F) {
	for _, file := range []string{
		"identity.login,contact.email\nann,ann@example.com\n",
		"\ufeffsep=;\r\nidentity.login;capacity.maxChats;custom.seniority\r\n\"a\nb\";4.0;2,5\r\n",
		"identity.login\tpassword\tactivation\nann\tx\tTRUE\n\n\t\t\n",
		"capacity.skills,access.granted,management.managerOf,capacity.memberOf,preferences.campaigns,identity.kind\n7|8,agent,1 2,3,[],bot\n",
		`{"identity":{"login":"ann"},"password":"x","activation":true}` + "\n\n" + `{"names":{"first":null}}`,
		"\xff\xfe", "{", "\"", ",\n,", "identity.login,x\n",
	} {
		f.Add(file, true)
		f.Add(file, false)
	}
	f.Fuzz(func(t *testing.T, file string, clears bool) {
		r := NewReader(strings.NewReader(file), Options{Schema: schema, EmptyClears: clears, AnyCustom: clears})
		last := 0
		for {
			row, err := r.Next()
			var bad *FileError
			if errors.As(err, &bad) {
				for _, p := range bad.Problems {
					if p.Line < 1 || p.Code == "" || p.Allowed == "" {
						t.Errorf("%+v says too little", p)
					}
				}
				return
			}
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last || row.Line > strings.Count(file, "\n")+1 {
				t.Fatalf("line %d after %d, of a file of %d", row.Line, last, strings.Count(file, "\n")+1)
			}
			last = row.Line
			if _, err := json.Marshal(row.Patch); err != nil {
				t.Errorf("the patch of line %d: %v", row.Line, err)
			}
		}
	})
}
