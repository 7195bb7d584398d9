package main

import (
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster/internal/pgserver"
	"github.com/ca74b63c/roster/storage/stream"
)

// BenchmarkMove moves from memory to a SQLite file, from there to PostgreSQL, which waits for the
// disk, and back into memory, and says how many users a second went each way, each with a
// password, a transfer and a change; comparing is counted apart. Run it with -benchtime 1x: a
// second move finds everything there. ROSTER_MOVE_USERS says how many users there are (1,000).
func BenchmarkMove(b *testing.B) {
	users, _ := strconv.Atoi(os.Getenv("ROSTER_MOVE_USERS"))
	if users == 0 {
		users = 1000
	}
	server, err := parsePlace(database(b, pgserver.Private(b, "fsync=on", "shared_buffers=256MB")))
	must(b, err)
	dir := b.TempDir()
	seed := place{memory, seeded(b, users/2)}
	file := place{sqlite, dir + "/a.db"}
	for _, way := range []struct {
		name     string
		from, to place
	}{
		{"memory to stream", seed, place{jsonl, dir + "/a.jsonl"}},
		{"stream to memory", place{jsonl, dir + "/a.jsonl"}, place{memory, dir + "/a"}},
		{"memory to SQLite", seed, file},
		{"SQLite to PostgreSQL", file, server},
		{"PostgreSQL to memory", server, place{memory, dir + "/b"}},
	} {
		b.Run(way.name, func(b *testing.B) {
			bar := newBar(io.Discard)
			begun := map[string]time.Time{}
			m := copier{source: way.from, target: way.to, bar: bar}
			var last string
			took := map[string]time.Duration{}
			m.options = []stream.Option{stream.OnProgress(func(stream.Progress) {
				if last = bar.what; begun[last].IsZero() {
					begun[last] = bar.begun
				}
				took[last] = time.Since(begun[last])
			})}
			for range b.N { // once: the second time finds everything there
				_, err := m.move(b.Context())
				must(b, err)
			}
			for what, d := range took {
				b.ReportMetric(float64(users)/d.Seconds(), strings.ReplaceAll(what, " ", "-")+"-users/s")
			}
		})
	}
}
