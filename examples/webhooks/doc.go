// Package webhooks sends the changes of an account to an HTTP endpoint, signed by the Standard
// Webhooks specification 1.0.0 (https://www.standardwebhooks.com). It holds no rule of the
// product: it takes a storage.Change and sends it.
//
//	endpoint, err := webhooks.New(webhooks.Config{
//		URL:     "https://hooks.example.com/roster",
//		Secrets: []webhooks.Secret{secret},
//	})
//
//	...
//	err = roster.Deliver(ctx, host, "webhook", endpoint.Handler("acme"), roster.DeliverOptions{
//		Timeout: webhooks.DefaultTimeout,
//	})
//
// Deliver sends each change until the receiver takes it, also after a crash. A receiver reads the
// request with Receive, or with a library of the specification for its language.
//
// The request:
//
//   - The method is POST. The body is an Event as JSON. A change has no password and no hash, so
//     the body has none.
//   - webhook-id names the change. It is the same in each attempt and for each endpoint, so a
//     receiver recognizes a duplicate by it.
//   - webhook-timestamp is the time of the attempt in Unix seconds.
//   - webhook-signature has one signature for each secret of the endpoint, HMAC-SHA256 of
//     id.timestamp.body. To rotate a secret, put the new one first, and remove the old one when
//     the receiver has the new one.
//
// The answer: a status of 200 to 299 is success, and all else is a failure. A redirect is not
// followed. The status 410 ends the delivery: the receiver wants no more requests. Of the answer
// only the status and Retry-After are used.
//
// The address: an endpoint must have an https URL, and each connection goes to a public address
// only. The rule is checked on the address of the connection, so a name that resolves to a private
// address is refused as well. Config.Private lifts both rules.
package webhooks
