module github.com/ca74b63c/roster/examples

go 1.26.0

require (
	github.com/ca74b63c/roster v0.0.0
	github.com/google/go-cmp v0.7.0
)

require (
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/hashicorp/go-immutable-radix v1.3.1 // indirect
	github.com/hashicorp/go-memdb v1.3.5 // indirect
	github.com/hashicorp/golang-lru v0.5.4 // indirect
	github.com/shopspring/decimal v1.6.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/text v0.43.0 // indirect
)

// The examples show the version that they lie beside.
replace github.com/ca74b63c/roster => ..
