package migration

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func schema(names ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for _, name := range names {
		files[name] = &fstest.MapFile{Data: []byte("-- " + name)}
	}
	return files
}

// Directories are left out.
func TestFilesAreInTheOrderOfTheirNumbers(t *testing.T) {
	got, err := Files(schema("0002_more.sql", "0001_core.sql", "distributed/0007.sql"))
	want := []File{{1, "0001_core.sql", "-- 0001_core.sql"}, {2, "0002_more.sql", "-- 0002_more.sql"}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestAFileOutOfOrderIsNamed(t *testing.T) {
	for _, tt := range []struct {
		names []string
		wrong string
	}{
		{[]string{"0002_core.sql"}, "0002_core.sql"},
		{[]string{"0001_core.sql", "0003_more.sql"}, "0003_more.sql"},
		{[]string{"0001_core.sql", "0001_more.sql"}, "0001_more.sql"},
		{[]string{"core.sql"}, "core.sql"},
		{[]string{"1_core.sql"}, "1_core.sql"}, // 10 would come before 2
		{[]string{"0001_core.sql", "README.md"}, "README.md"},
	} {
		if _, err := Files(schema(tt.names...)); err == nil || !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%v: %v", tt.names, err)
		}
	}
}

func TestStatements(t *testing.T) {
	f := File{SQL: "-- one; two;\n\n-- three\nCREATE TABLE a (\n\tb int -- c\n);\n\nINSERT INTO a\nVALUES (';');\n-- end\n"}
	want := []string{"CREATE TABLE a (\n\tb int -- c\n)", "INSERT INTO a\nVALUES (';')"}
	if diff := cmp.Diff(want, f.Statements()); diff != "" {
		t.Error(diff)
	}
}
