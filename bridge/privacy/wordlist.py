"""The words of handles: friendly, easy to say, none an insult. Their order and number are fixed for ever:
a change would rename every sender.
"""

ADJECTIVES = tuple(
    """
    able airy alert amber ample apt arctic autumn awake azure balmy basic blithe blue bold brave
    breezy brief bright brisk broad bronze busy calm candid careful cheery chief civic civil classy
    clean clear clever close cloudy coastal cobalt comfy cool copper cosmic cosy crisp cubic curious
    daily dapper daring deep deft dewy direct distant dreamy dry dusky eager early earnest easy
    eight elder elegant even exact fair famous fancy fast fine firm first fleet floral fluent fond
    forest formal fresh frosty full gentle gifted glad gleaming global golden good grand great green
    hardy hasty hazel hearty hidden high honest hopeful humble icy ideal indigo inner ivory jade
    jolly jovial joyful just keen kind late lavish leafy level light lilac limber lively local lofty
    long loyal lucid lucky lunar lush major maple marine mellow merry mild minor minty misty modest
    mossy moving navy neat new nimble noble north novel oaken olive opal open orange outer pale
    patient peach pearl placid plain playful plucky plum polar polite prime proper proud pure quick
    quiet rapid rare ready regal rich ripe robust rosy round royal ruby rustic sage sandy satin
    scarlet serene sharp shiny silent silky silver simple sincere sleek slim smart smooth snowy
    social soft solar solid sonic south spare speedy spring stable starry steady stellar still stout
    strong sturdy subtle summer sunny super sure swift tall tame tender thrifty tidy timely tranquil
    true trusty upbeat urban useful valiant velvet vernal vivid vocal warm wary west wide wild
    willing windy winter wise witty wooden young zesty
    """.split()
)

ANIMALS = tuple(
    """
    adder albatross alpaca anchovy ant antelope auk avocet badger barbel bat bear beaver bee beetle
    bison bittern boar bobcat bream budgie buffalo bullfinch bunting bustard buzzard camel canary
    caribou carp cat catfish chamois cheetah chough cicada civet clam cobra cod condor coot cougar
    coyote crab crane cricket crow cuckoo curlew dace deer dingo dipper dolphin donkey dormouse dove
    dragonfly duck dunlin dunnock eagle earwig eel egret eider elk emu ermine falcon ferret finch
    firefly fish flamingo flea flounder fox frog fulmar gadwall gannet gazelle gecko gerbil gibbon
    giraffe gnu goat godwit goldfinch goose gopher goshawk grebe grouse gull guppy haddock hake
    halibut hamster hare harrier hawk hedgehog heron herring hippo hoopoe hornet horse hyena ibex
    ibis iguana impala jackal jackdaw jaguar jay jerboa kestrel kingfisher kite kiwi koala krill
    lamb lamprey lapwing lark lemming lemur leopard limpet linnet lion lizard llama lobster locust
    loon lynx macaw mackerel magpie mallard manatee marlin marmot marten martin meerkat merlin
    minnow mole mongoose moose moth mouse mule mullet mussel newt nightjar nuthatch ocelot octopus
    okapi opossum orca oriole osprey ostrich otter owl oyster panda panther parrot partridge peacock
    pelican penguin perch petrel pheasant pigeon pike pipit plaice plover pochard polecat pony
    porpoise possum prawn puffin puma quail rabbit raccoon ram raven ray redshank redstart reindeer
    roach robin rook salmon sandpiper sardine seal serin shark sheep shelduck shrew shrike shrimp
    skate skylark sloth snail snipe sparrow spider squid squirrel starling stickleback stoat stork
    sturgeon swallow swan tapir teal tench tern thrush tiger toad tortoise toucan trout tuna turbot
    turkey turtle viper vole vulture wagtail walrus warbler wasp weasel whale wheatear whimbrel
    whinchat whippet wigeon wolf wombat woodcock woodlark woodpecker wren yak zebra
    """.split()
)
