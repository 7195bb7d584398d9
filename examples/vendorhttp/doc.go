// Package vendorhttp has what the vendors' adapters share. It reads requests, classifies errors of
// the directory, and offers test servers faults, a log, a seed and a reset. It has no rule about
// users.
//
// An endpoint reads its request with a Form, and takes typed values out of it with a Reader. All
// problems of a request are reported at once:
//
//	values, err := vendorhttp.Form{Media: vendorhttp.AnyForm, Names: names}.Read(r) // query and body together
//	if err != nil {
//		fail(w, r, vendorhttp.FailureOf(err)) // too large, wrong content type, cannot be read
//		return
//	}
//	in := values.Reader()
//	in.Require("user_name")
//	name, _ := in.Text("user_name")
//	active, isSet := in.Bool("user_active")
//	in.Unknown() // every other parameter is a problem
//	if err := in.Err(); err != nil { // *validate.Error: the paths are "/user_name", the codes validate's
//		fail(w, r, vendorhttp.FailureOf(err))
//		return
//	}
//
// Each vendor has one function fail that writes a Failure in the vendor's form, by a table from
// roster.Code to the vendor's code. Methods routes by method, and Options.Wrap adds the options
// that all vendors share:
//
//	return opts.Wrap(mux, names, fail)
//
// Credentials has the accounts and API keys. Seed makes them, and the data of a directory, from a
// SeedData. A Sandbox is a handler that can be reset to its seed. Package matrix makes the
// compatibility matrix from tests, and package vendorhttptest sends every kind of bad input to
// every endpoint.
//
// The package does not limit rates, and does not cancel slow handlers: the server must do both.
package vendorhttp
