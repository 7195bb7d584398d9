// Package wire is what the four vendors' adapters have in common. It decides nothing about users:
// it reads what came over the wire, says what an error of the directory is, and gives people who
// test their integration faults, a log, a seed and a reset.
//
// An endpoint reads its request with a Form, takes typed values out of it with a Reader, and sees
// all problems at once:
//
//	values, err := wire.Form{Media: wire.AnyForm, Names: names}.Read(r) // query and body together
//	if err != nil {
//		fail(w, r, wire.FailureOf(err)) // too large, wrong content type, cannot be read
//		return
//	}
//	in := values.Reader()
//	in.Require("user_name")
//	name, _ := in.Text("user_name")
//	active, isSet := in.Bool("user_active")
//	in.Unknown() // what was not asked for is a problem
//	if err := in.Err(); err != nil { // *validate.Error: the paths are "/user_name", the codes validate's
//		fail(w, r, wire.FailureOf(err))
//		return
//	}
//
// Each vendor has one function "fail" that turns a Failure into its own form, by a table from
// Class to code. Methods routes by method, and Options.Wrap puts the options that all vendors
// share around a vendor's handler:
//
//	return opts.Wrap(mux, names, fail)
//
// A Realm knows the accounts and API keys; Sow makes one, and what it stands for in the directory,
// from a Seed. A Sandbox is a handler that can be set back to its seed. Package wire/matrix makes
// the compatibility matrix from tests, and package vendorhttp/vendorhttptest sends every endpoint
// every kind of bad input.
//
// It does not limit rates, and does not cancel a handler that takes long: that is the server's
// work.
package vendorhttp
