/**
 * Runs on every host at once, read by perl or python3 from standard input, whichever the host has: Debian, Ubuntu and
 * SUSE always have perl, the RHEL family always has python3. Arguments:
 *
 *   SECONDS TOKEN OWN-NUMBER  {bind ADDRESS PORT LINK}…  {peer NUMBER ADDRESS PORT LINK}…
 *
 * Binds the very ports that Corosync will use, says hello to every peer five times a second, and prints
 * `busy LINK` for a port in use and `heard NUMBER LINK` for the first hello of each peer on each link.
 * It goes on for a second after it has heard all, so that the others hear it too.
 */
export const UDP_PROBE_PERL = `
use strict; use warnings; use IO::Socket::IP; use IO::Select; use Socket qw(getaddrinfo AI_NUMERICHOST SOCK_DGRAM); use Time::HiRes qw(time);
$| = 1;
my ($seconds, $token, $own, @rest) = @ARGV;
my (%socket, @peer, %heard);
while (@rest) {
  my $kind = shift @rest;
  if ($kind eq 'bind') {
    my ($address, $port, $link) = splice @rest, 0, 3;
    my $socket = IO::Socket::IP->new(LocalHost => $address, LocalPort => $port, Proto => 'udp');
    if ($socket) { $socket{$link} = $socket } else { print "busy $link\\n" }
  } else { push @peer, [splice @rest, 0, 4] }
}
@peer = grep { $socket{$_->[3]} } @peer;
exit 0 unless @peer;
my $select = IO::Select->new(values %socket);
my %link = map { fileno($socket{$_}) => $_ } keys %socket;
my $end = time + $seconds; my $complete = 0;
while (time < $end) {
  for my $peer (@peer) {
    my ($error, $target) = getaddrinfo($peer->[1], $peer->[2], { flags => AI_NUMERICHOST, socktype => SOCK_DGRAM });
    send($socket{$peer->[3]}, "$token $own", 0, $target->{addr}) if $target;
  }
  my $next = time + 0.2;
  while ((my $wait = $next - time) > 0) {
    for my $ready ($select->can_read($wait)) {
      next unless defined recv($ready, my $text, 200, 0);
      my ($theirs, $number) = split / /, $text;
      my $link = $link{fileno $ready};
      next unless defined $number && $theirs eq $token && $number =~ /^[0-9]+$/ && !$heard{"$number $link"}++;
      print "heard $number $link\\n";
    }
  }
  if (!$complete && keys %heard >= @peer) { $complete = 1; $end = time + 1 if $end > time + 1 }
}
`;

export const UDP_PROBE_PYTHON = `
import select, socket, sys, time
seconds, token, own, rest = float(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
sockets, peers, heard = {}, [], set()
def resolve(address, port):
    return socket.getaddrinfo(address, int(port), 0, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST)[0]
while rest:
    if rest[0] == "bind":
        family, _, _, _, name = resolve(rest[1], rest[2])
        one = socket.socket(family, socket.SOCK_DGRAM)
        try:
            one.bind(name)
            sockets[rest[3]] = one
        except OSError:
            print("busy", rest[3], flush=True)
        rest = rest[4:]
    else:
        peers.append(rest[1:5])
        rest = rest[5:]
peers = [peer for peer in peers if peer[3] in sockets]
links = {one: link for link, one in sockets.items()}
end, complete = time.time() + (seconds if peers else 0), False
while time.time() < end:
    for number, address, port, link in peers:
        try:
            sockets[link].sendto((token + " " + own).encode(), resolve(address, port)[4])
        except OSError:
            pass
    after = time.time() + 0.2
    while time.time() < after:
        for ready in select.select(list(links), [], [], max(0, after - time.time()))[0]:
            try:
                words = ready.recv(200).decode("ascii", "replace").split(" ")
            except OSError:
                continue
            key = (words[-1], links[ready])
            if len(words) == 2 and words[0] == token and words[1].isdigit() and key not in heard:
                heard.add(key)
                print("heard", *key, flush=True)
    if not complete and len(heard) >= len(peers):
        complete, end = True, min(end, time.time() + 1)
`;
