package memstore_test

import (
	"context"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
	"testing"
)

func BenchmarkZCreate(b *testing.B) {
	s := memstore.New()
	fill(b, s, 100000)
	id := user.ID(100000)
	us := make([]user.User, 20000)
	for i := range us {
		us[i] = agent(id + 1 + user.ID(i))
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		u := us[i%20000]
		i++
		s.Update(b.Context(), "acme", func(ctx context.Context, w storage.Writer) error { return create(ctx, w, u) })
	}
}
