// Package api is the HTTP door of serve: the routes under /v1 and the probes,
// the decoding of requests, the encoding of answers, problem documents
// (RFC 9457), the OpenAPI document and the server itself.
//
// In come a score.Scorer by Server.Swap and HTTP requests; out go JSON documents.
// A body that breaks the contract is refused with every fault in it listed; what
// is wrong with the server itself becomes a plain 500 and a line of the log.
// Package api and package web are the only importers of echo.
package api
