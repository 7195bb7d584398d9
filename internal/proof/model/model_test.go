package model

import (
	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
)

var _ = []any{cmp.Diff, rapid.Check, roster.New, memstore.New, pgstore.New, sqlitestore.Open, pgxpool.New}

