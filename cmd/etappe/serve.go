package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"

	"github.com/etappe/etappe/serve/api"
	"github.com/etappe/etappe/serve/history"
	"github.com/etappe/etappe/serve/score"
	"github.com/etappe/etappe/serve/web"
)

type serveCommand struct {
	modelFlags
	historyFlags
	Config string `help:"Configuration that names the history." type:"existingfile" placeholder:"FILE"`
	Listen string `help:"Address to listen on." default:"127.0.0.1:8080"`
}

// Run serves until it is interrupted.
func (c *serveCommand) Run(ctx context.Context, a *app) (err error) {
	watcher := api.NewWatcher(c.Registry, c.scorer)
	s, err := c.scorer()
	if err != nil {
		return err
	}
	conf, err := loadConfig(c.Config, "")
	if err != nil {
		return err
	}
	var store *history.Store
	if dsn := c.dsn(conf); dsn != "" {
		if store, err = a.openHistory(ctx, dsn); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
	}
	listener, err := listen(c.Listen)
	if err != nil {
		return err
	}
	a.warnRefused(s)
	fmt.Fprintf(a.stderr, "serving %s on http://%s\n", s.Info(a.now()).Version, listener.Addr())
	return a.serve(ctx, &served{scorer: s, older: c.older, watcher: watcher, history: store}, listener)
}

// listen takes the address, or returns an error with how to name another one.
func listen(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%w; --listen names another address", err)
	}
	return listener, nil
}

// served is what a server answers from.
type served struct {
	scorer  *score.Scorer
	older   func(version string) (*score.Scorer, error) // loads any model of the registry
	watcher *api.Watcher                                // made before the model was loaded
	history *history.Store                              // nil: none is kept
}

// serve answers on the listener until ctx ends.
func (a *app) serve(ctx context.Context, s *served, listener net.Listener) error {
	log := slog.New(slog.NewJSONHandler(a.stderr, nil))
	server := api.NewServer(api.ServerOptions{Clock: a.now, Logger: log, History: s.history, Models: s.older})
	server.Swap(s.scorer)
	if err := web.Register(server.Echo(), server.Accounts(), web.Options{Clock: a.now, Logger: log}); err != nil {
		return err
	}
	ctx, end := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.watcher.Run(ctx, server)
	}()
	err := server.Run(ctx, listener)
	end()
	<-ended
	return err
}
