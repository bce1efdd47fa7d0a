check paxoss
