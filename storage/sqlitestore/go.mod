module github.com/ca74b63c/roster/storage/sqlitestore

go 1.26.0

require (
	github.com/ca74b63c/roster v0.0.0
	github.com/google/go-cmp v0.7.0
	modernc.org/sqlite v1.60.0
	pgregory.net/rapid v1.3.0
)

// This storage belongs to the version that it lies beside.
replace github.com/ca74b63c/roster => ../..
