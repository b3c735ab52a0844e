/**
 * Runs on every host at once, read by perl or python3 from standard input, like the UDP probe. Arguments:
 *
 *   SECONDS PORT  {bind ADDRESS}…  {peer NUMBER LINK ADDRESS SOURCE}…
 *
 * Listens on the port of its own addresses, unless somebody does already, and connects to every peer from the given source
 * until it gets through. Prints `reached NUMBER LINK` for each that it got through to. It goes on listening until every
 * peer has come as often as it has addresses there, or the time is up; if it is ended before, nothing of it stays.
 */
export const TCP_PROBE_PERL = `
use strict; use warnings; use IO::Socket::IP; use IO::Select; use POSIX qw(WNOHANG); use Time::HiRes qw(time sleep);
$| = 1;
my ($seconds, $port, @rest) = @ARGV;
my (@listener, @peer); my $busy = 0;
while (@rest) {
  if (shift @rest eq 'bind') {
    my $address = shift @rest;
    my $socket = IO::Socket::IP->new(LocalHost => $address, LocalPort => $port, Proto => 'tcp', Listen => 64, ReuseAddr => 1);
    if ($socket) { push @listener, $socket } else { $busy = 1 }
  } else { push @peer, [splice @rest, 0, 4] }
}
my $end = time + $seconds; my $children = 0; my $parent = $$;
for my $peer (@peer) {
  my ($number, $link, $address, $source) = @$peer;
  my $child = fork; die 'fork' unless defined $child;
  $children++, next if $child;
  close $_ for @listener;
  while (time < $end && getppid == $parent) {
    if (IO::Socket::IP->new(PeerHost => $address, PeerPort => $port, LocalHost => $source, Proto => 'tcp', Timeout => 1)) {
      print "reached $number $link\\n";
      last;
    }
    sleep 0.2;
  }
  POSIX::_exit(0);
}
my $select = IO::Select->new(@listener); my $accepted = 0;
while ((time < $end || $children) && ($children || (!$busy && $accepted < @peer))) {
  for my $ready (@listener ? $select->can_read(0.1) : ()) { $accepted++ if $ready->accept }
  sleep 0.1 unless @listener;
  while (waitpid(-1, WNOHANG) > 0) { $children-- }
}
`;

export const TCP_PROBE_PYTHON = `
import select, socket, sys, threading, time
seconds, port, rest = float(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
listeners, peers, busy = [], [], False
def resolve(address, number):
    return socket.getaddrinfo(address, number, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)[0]
while rest:
    if rest[0] == "bind":
        family, _, _, _, name = resolve(rest[1], port)
        one = socket.socket(family, socket.SOCK_STREAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(name)
            one.listen(64)
            listeners.append(one)
        except OSError:
            busy = True
        rest = rest[2:]
    else:
        peers.append(rest[1:5])
        rest = rest[5:]
end = time.time() + seconds
def reach(number, link, address, source):
    family, _, _, _, name = resolve(address, port)
    while time.time() < end:
        one = socket.socket(family, socket.SOCK_STREAM)
        one.settimeout(1)
        try:
            one.bind(resolve(source, 0)[4])
            one.connect(name)
            sys.stdout.write("reached %s %s\\n" % (number, link))
            sys.stdout.flush()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            one.close()
threads = [threading.Thread(target=reach, args=peer) for peer in peers]
for thread in threads:
    thread.start()
accepted = 0
while any(thread.is_alive() for thread in threads) or (time.time() < end and not busy and accepted < len(peers)):
    ready = select.select(listeners, [], [], 0.1)[0] if listeners else time.sleep(0.1) or []
    for one in ready:
        one.accept()[0].close()
        accepted += 1
`;
