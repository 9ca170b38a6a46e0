package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"

	"github.com/etappe/etappe/serve"
)

type serveCommand struct {
	modelFlags
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, a *app) error {
	s, err := c.scorer()
	if err != nil {
		return err
	}
	listener, err := listen(c.Listen)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "serving %s on http://%s\n", s.Info(a.now()).Version, listener.Addr())
	return a.serve(ctx, s, listener)
}

// listen takes the address, or says how to name another one.
func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w; --listen names another address", err)
	}
	return listener, nil
}

// serve answers on the listener until ctx ends.
func (a *app) serve(ctx context.Context, s *serve.Scorer, listener net.Listener) error {
	server := serve.NewServer(serve.ServerOptions{Clock: a.now, Logger: slog.New(slog.NewJSONHandler(a.stderr, nil))})
	server.Swap(s)
	return server.Run(ctx, listener)
}
