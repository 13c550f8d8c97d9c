// dotnet run -c Release --project bench/FheOrleans.Load -- live --duration 600
// dotnet run -c Release --project bench/FheOrleans.Load -- idle --owners 10000
// dotnet run -c Release --project bench/FheOrleans.Load -- fair --jobs 1000
// dotnet run -c Release --project bench/FheOrleans.Load -- cluster throughput --silo PATH/FheOrleans.Silo.dll --gateway PATH/FheOrleans.Gateway.Host.dll --database-file FILE --secrets DIR
using System.CommandLine;
using FheOrleans.Load;

Option<int> tenants = Number("--tenants", "Co-operatives.", 50), farms = Number("--farms", "Farms in each.", 4),
    duration = Number("--duration", "Seconds that are measured, after every window is full.", 600),
    interval = Number("--interval", "Seconds from one point of a farm to its next.", 30),
    timePoints = Number("--time-points", "Time points in a window of the paper's network.", 20), features = Number("--features", "Numbers of a point.", 7),
    animals = Number("--animals", "Animals of each farm: each is compared with the clear network.", 8),
    connections = Number("--connections", "Connections the node allows.", 2000), owners = Number("--owners", "Data owners with keys.", 10_000);
var workers = new Option<int?>("--workers") { Description = "The node's evaluation threads. Defaults to the node's own choice." };
var memory = new Option<int?>("--memory") { Description = "Memory that the node is told to keep to, MiB. Defaults to the node's own choice." };
var json = new Option<bool>("--json") { Description = "One JSON object as the last line.", Recursive = true };

var live = new Command("live", "Many co-operatives with live forecasts: each farm appends a point, and waits for the forecast that follows it.")
{
    tenants, farms, duration, interval, timePoints, features, animals, connections, workers, memory,
};
live.SetAction((parsed, cancellation) => Report.WriteAsync(parsed.GetValue(json), LiveLoad.RunAsync(
    new()
    {
        Tenants = parsed.GetValue(tenants),
        FarmsPerTenant = parsed.GetValue(farms),
        Duration = TimeSpan.FromSeconds(parsed.GetValue(duration)),
        Interval = TimeSpan.FromSeconds(parsed.GetValue(interval)),
        TimePoints = parsed.GetValue(timePoints),
        Features = parsed.GetValue(features),
        Animals = parsed.GetValue(animals),
        Connections = parsed.GetValue(connections),
        Workers = parsed.GetValue(workers),
        MemoryMebibytes = parsed.GetValue(memory),
    },
    cancellation)));
var idle = new Command("idle", "Many data owners with keys of whom nobody asks: what they cost in memory, and what they cost after a restart.") { owners };
idle.SetAction((parsed, cancellation) => Report.WriteAsync(parsed.GetValue(json), IdleOwners.RunAsync(parsed.GetValue(owners), cancellation)));
var jobs = Number("--jobs", "Unfinished jobs of the one co-operative.", 1000);
var fair = new Command("fair", "One co-operative with many jobs, another with one: how much later the one is done than on an idle node.") { jobs, workers };
fair.SetAction((parsed, cancellation) => Report.WriteAsync(parsed.GetValue(json), FairTurns.RunAsync(parsed.GetValue(jobs), parsed.GetValue(workers), cancellation)));

var what = new Argument<string>("what") { Description = $"What is measured: {string.Join(", ", ClusterLoad.All)}." };
what.AcceptOnlyFromAmong(ClusterLoad.All);
Option<string> silo = FileOption("--silo", "FheOrleans.Silo.dll of a build with -p:Cluster=Orleans."), gateway = FileOption("--gateway", "FheOrleans.Gateway.Host.dll of the same build."),
    database = FileOption("--database-file", "File with the connection string of a PostgreSQL database that may be written to."),
    secrets = FileOption("--secrets", "Folder of the cluster's secrets; made with the first run, and the same for all runs on one database.");
Option<int> seconds = Number("--seconds", "Seconds that are measured.", 20), window = Number("--window", "Time points in a window: the longer, the more a part computes.", 60),
    filters = Number("--filters", "Filters of the network's convolution, the paper's has one: a part computes that many times as long.", 1),
    jobsUnderWay = Number("--jobs", "Jobs of eight parts that are under way when a silo is lost.", 6);
var cluster = new Command("cluster", "Silos and gateways as processes over PostgreSQL, each silo with one thread on a processor of its own.")
{
    what, silo, gateway, database, secrets, seconds, window, filters, jobsUnderWay,
};
cluster.SetAction((parsed, cancellation) => Report.WriteAsync(parsed.GetValue(json), ClusterLoad.RunAsync(
    parsed.GetValue(what)!,
    new(parsed.GetValue(silo)!, parsed.GetValue(gateway)!, parsed.GetValue(database)!, parsed.GetValue(secrets)!),
    new(TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(window), parsed.GetValue(filters), parsed.GetValue(jobsUnderWay)),
    cancellation)));

return await new RootCommand("Load for a real node, from a process of its own, over loopback.") { live, idle, fair, cluster, json }.Parse(args).InvokeAsync();

static Option<int> Number(string name, string description, int value) => new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "number" };

static Option<string> FileOption(string name, string description) => new(name) { Description = description, Required = true, HelpName = "file" };
