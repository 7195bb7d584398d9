// Package openapi describes the adapters' APIs as OpenAPI 3.1 documents. A document is made from
// the tables by which an adapter reads its requests and writes its replies, so that it cannot
// differ from them.
//
// The package has those parts of OpenAPI that the adapters need. Package openapi/openapitest checks
// documents, and what goes through a handler against its document.
package openapi
