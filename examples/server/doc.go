// Command server speaks the users APIs of four contact-center vendors at their native paths, and
// SCIM 2.0, over one directory: what is done through one API is seen through the others.
//
//	go run ./examples/server -addr 127.0.0.1:8080 -demo
//
// It prints one line when it listens, and then nothing. http://127.0.0.1:8080/ is a page for
// people: the APIs with a curl line for each endpoint, the users and their balances, and the
// changes as they happen. The page shows users only with -demo, because it does not ask for a
// sign-in. The OpenAPI 3.1 documents of the APIs are at /openapi/NAME.json.
//
// -demo makes an account whose passwords and keys are public: they are here and in -help. Put such
// a server where strangers cannot reach it. -seed takes accounts, users and keys of your own from a
// JSON file (package vendorhttp, SeedData).
//
// -webhook URL sends each change of each account to the URL, signed by the Standard Webhooks
// specification with the secrets in ROSTER_WEBHOOK_SECRETS (package webhooks). With a storage that
// stays, a server that starts again goes on where the last one ended or died.
//
// SIGTERM and SIGINT end it: calls under way have four seconds, the change feeds end at once.
//
// It does not limit rates and keeps no request log but the one of -log. With a storage that stays,
// the keys are not in it: they come from -demo or -seed at each start.
package main
